#include "storage/migration.h"

#include <sys/wait.h>
#include <unistd.h>

#include "gmock/gmock.h"

#include "storage/directory.h"
#include "storage/error.h"
#include "tests/storage/tools.h"

// Migrations as there may be some day, in a list of the test's own.
namespace chipline::storage::testing {
namespace {

using ::testing::HasSubstr;

class MigrationTest : public ::testing::Test {
 protected:
  // Of format 1, whatever this program makes.
  void SetUp() override {
    const auto made = Directory::Open(path_, absl::UnixEpoch());
    ASSERT_TRUE(made.ok()) << made.status();
    v1::Format format = (*made)->format();
    format.set_version(1);
    ASSERT_TRUE(WriteFormat(path_, format).ok());
  }

  // A step that writes its name to a file of its own, whole or not at all, as steps must.
  Migration Step(uint32_t from) {
    return {from, "step", [this, from](const std::filesystem::path& directory) {
              ++runs_[from];
              WriteContent(directory / fmt::format("from-{}", from), "done");
              return absl::OkStatus();
            }};
  }
  absl::StatusOr<std::unique_ptr<Directory>> Open(const std::vector<Migration>& migrations) const {
    return Directory::Open(path_, absl::UnixEpoch(), migrations);
  }
  uint32_t Version() const { return ReadFormat(path_)->value().version(); }

  const TempDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "data";
  std::map<uint32_t, int> runs_;
};

TEST_F(MigrationTest, ThereIsAStepFromEveryOlderFormat) {
  EXPECT_EQ(NewestFormat(Migrations()), kFormatVersion);
  ASSERT_TRUE(Open(Migrations()).ok());
  EXPECT_EQ(Version(), kFormatVersion);
}

TEST_F(MigrationTest, EveryStepIsMadeOnceAndInOrder) {
  const auto opened = Open({Step(1), Step(2), Step(3)});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->format().version(), 4u);
  EXPECT_EQ(Version(), 4u);
  EXPECT_EQ(runs_, (std::map<uint32_t, int>{{1, 1}, {2, 1}, {3, 1}}));
}

TEST_F(MigrationTest, WhatIsUpToDateIsLeftAlone) {
  ASSERT_TRUE(Open({Step(1)}).ok());
  ASSERT_TRUE(Open({Step(1)}).ok());
  EXPECT_EQ(runs_[1], 1);
}

TEST_F(MigrationTest, IdentityAndEpochStay) {
  v1::Format before = ReadFormat(path_)->value();
  ASSERT_TRUE(Open({Step(1)}).ok());
  before.set_version(2);
  EXPECT_EQ(ReadFormat(path_)->value().SerializeAsString(), before.SerializeAsString());
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheVersionBeforeItAndIsTriedAgain) {
  bool broken = true;
  const Migration failing = {2, "fails", [&](const std::filesystem::path&) {
                               ++runs_[2];
                               return broken ? absl::UnavailableError("disk") : absl::OkStatus();
                             }};
  EXPECT_EQ(Open({Step(1), failing, Step(3)}).status().message(), "disk");
  EXPECT_EQ(Version(), 2u);
  broken = false;
  ASSERT_TRUE(Open({Step(1), failing, Step(3)}).ok());
  EXPECT_EQ(Version(), 4u);
  EXPECT_EQ(runs_, (std::map<uint32_t, int>{{1, 1}, {2, 2}, {3, 1}}));
}

TEST_F(MigrationTest, AProcessThatIsKilledInAStepIsFollowedByOneThatResumes) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Migration dies = {2, "dies", [](const std::filesystem::path& directory) {
                              WriteContent(directory / "half", "half");
                              ::kill(::getpid(), SIGKILL);
                              return absl::OkStatus();
                            }};
    const auto ignored = Open({Step(1), dies});
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Version(), 2u);
  EXPECT_EQ(ContentOf(path_ / "half"), "half");
  ASSERT_TRUE(Open({Step(1), Step(2)}).ok());
  EXPECT_EQ(Version(), 3u);
  EXPECT_EQ(runs_, (std::map<uint32_t, int>{{2, 1}}));
}

TEST_F(MigrationTest, ANewerFormatIsRefusedNamingBothAndNothingIsTouched) {
  ASSERT_TRUE(Open({Step(1), Step(2)}).ok());
  const auto before = Everything(path_);
  const absl::Status refused = Open({Step(1)}).status();
  EXPECT_EQ(ReasonOf(refused), "FORMAT_TOO_NEW");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is of format 3"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("up to 2"));
  EXPECT_EQ(Everything(path_), before);
}

TEST_F(MigrationTest, AFormatThatNoStepLeadsFromIsRefusedNamingBoth) {
  const absl::Status refused = Open({Step(2), Step(3)}).status();
  EXPECT_EQ(ReasonOf(refused), "FORMAT_TOO_OLD");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is of format 1"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("only 2 and later"));
}

TEST_F(MigrationTest, ANewDirectoryIsOfTheNewestFormat) {
  std::filesystem::remove_all(path_);
  ASSERT_TRUE(Open({Step(1), Step(2)}).ok());
  EXPECT_EQ(Version(), 3u);
  EXPECT_TRUE(runs_.empty());
}

TEST_F(MigrationTest, AVersionOfZeroIsDamage) {
  v1::Format format = ReadFormat(path_)->value();
  format.set_version(0);
  ASSERT_TRUE(WriteFormat(path_, format).ok());
  EXPECT_EQ(ReasonOf(Open({}).status()), "FORMAT_DAMAGED");
}

}  // namespace
}  // namespace chipline::storage::testing
