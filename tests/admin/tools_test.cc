#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/admin/backup_place.h"
#include "services/admin/stopped_views.h"
#include "services/rpc/status.h"
#include "services/timeline/view_store.h"
#include "storage/backup_folder.h"
#include "storage/error.h"
#include "storage/stopped_log.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using timeline::ViewBatch;
using timeline::ViewFamily;
using timeline::ViewStore;

class ToolsTest : public RunningServer {
 protected:
  ToolsTest() : backups_(options_.data_directory.string() + "-backups") {
    Stop();
    options_.backup_directory = backups_;
    Start();
    for (int i = 0; i < 40; ++i) {
      EXPECT_TRUE(NewClient()
                      .Append(AppendOf({Capex(fmt::format("e{}", i), fmt::format("c{}", i % 9))}))
                      .ok());
    }
  }
  ~ToolsTest() override { std::filesystem::remove_all(backups_); }

  // The last message of a verification, with the findings of all.
  v1::VerifyLogResponse Verify(uint64_t max_bytes_per_second = 0) {
    const Client client = NewClient();
    const auto context = Context();
    v1::VerifyLogRequest request;
    request.set_max_bytes_per_second(max_bytes_per_second);
    const auto stream = client.admin->VerifyLog(context.get(), request);
    v1::VerifyLogResponse message;
    v1::VerifyLogResponse all;
    while (stream->Read(&message)) {
      EXPECT_GE(message.fraction(), all.fraction());
      google::protobuf::RepeatedPtrField<v1::VerifyFinding> findings = all.findings();
      findings.MergeFrom(message.findings());
      all = message;
      *all.mutable_findings() = findings;
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return all;
  }
  absl::StatusOr<v1::Backup> BackUp(const v1::BackUpLogRequest& request = {}) {
    const Client client = NewClient();
    const auto context = Context();
    const auto stream = client.admin->BackUpLog(context.get(), request);
    v1::BackUpLogResponse message;
    while (stream->Read(&message)) {
    }
    if (const absl::Status status = FromGrpcStatus(stream->Finish()); !status.ok()) return status;
    return message.backup();
  }
  void WaitForViews() {
    const Client client = NewClient();
    v1::GetTimelineRequest request;
    request.mutable_query()->mutable_capex()->set_company("c1");
    request.set_min_position(client.Head());
    v1::GetTimelineResponse response;
    EXPECT_TRUE(client.timelines->GetTimeline(Context().get(), request, &response).ok());
    EXPECT_GT(response.entries_size(), 0);
  }
  // Findings of the views of the directory, which no server has.
  std::vector<std::string> ViewFindings() {
    const auto log = storage::StoppedLog::Open(options_.data_directory);
    EXPECT_TRUE(log.ok()) << log.status();
    const auto check = admin::CheckOfViews(**log);
    std::vector<storage::Finding> findings;
    while (check->Step(1, findings)) {
    }
    std::vector<std::string> lines;
    for (const auto& finding : findings)
      lines.push_back(finding.place + ": " + finding.description);
    return lines;
  }
  // Changes the stored views while no server has them.
  void ChangeViews(const std::function<void(const ViewStore&, ViewBatch&)>& change) {
    ViewStore store(options_.data_directory / "views", 1 << 20);
    ASSERT_TRUE(store.Open().ok());
    ViewBatch batch(store);
    change(store, batch);
    ASSERT_TRUE(store.Write(batch, true).ok());
  }
  static std::string FirstEntry(const ViewStore& store) {
    std::string id;
    EXPECT_TRUE(store
                    .Scan(ViewFamily::kEntries, "", "", nullptr,
                          [&](std::string_view entry_id, std::string_view) {
                            id = std::string(entry_id);
                            return false;
                          })
                    .ok());
    EXPECT_FALSE(id.empty());
    return id;
  }

  const std::filesystem::path backups_;
};

TEST_F(ToolsTest, AServerThatIsWellFindsNothing) {
  WaitForViews();
  const v1::VerifyLogResponse end = Verify();
  EXPECT_EQ(end.findings_size(), 0) << end.ShortDebugString();
  EXPECT_EQ(end.finding_count(), 0u);
  EXPECT_EQ(end.fraction(), 1);
  EXPECT_EQ(end.check(), "");
}

TEST_F(ToolsTest, AVerificationKeepsToItsRate) {
  WaitForViews();
  // Some 20 KB of events, and entries of 16 KB each by the reckoning.
  const absl::Time start = absl::Now();
  EXPECT_EQ(Verify(100'000).finding_count(), 0u);
  EXPECT_GT(absl::Now() - start, absl::Seconds(1));
}

TEST_F(ToolsTest, AVerificationThatIsCancelledEnds) {
  const Client client = NewClient();
  const auto context = Context();
  v1::VerifyLogRequest request;
  request.set_max_bytes_per_second(1);
  const auto stream = client.admin->VerifyLog(context.get(), request);
  v1::VerifyLogResponse message;
  ASSERT_TRUE(stream->Read(&message));
  context->TryCancel();
  while (stream->Read(&message)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  v1::GetStatsResponse stats;
  do {
    ASSERT_TRUE(client.admin->GetStats(Context().get(), {}, &stats).ok());
  } while (stats.streams() > 0);
}

TEST_F(ToolsTest, AServerStopsInTheMiddleOfAVerificationAndABackup) {
  const Client client = NewClient();
  const auto context = Context();
  v1::VerifyLogRequest slowly;
  slowly.set_max_bytes_per_second(1);
  const auto verify = client.admin->VerifyLog(context.get(), slowly);
  v1::VerifyLogResponse looked;
  ASSERT_TRUE(verify->Read(&looked));
  const auto backup_context = Context();
  v1::BackUpLogRequest request;
  request.set_max_bytes_per_second(1000);
  const auto backup = client.admin->BackUpLog(backup_context.get(), request);
  v1::BackUpLogResponse message;
  ASSERT_TRUE(backup->Read(&message));
  Stop();
  while (verify->Read(&looked)) {
  }
  EXPECT_EQ(verify->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  Start();
}

TEST_F(ToolsTest, StoppedViewsThatAreWellAreFoundSo) {
  WaitForViews();
  Stop();
  EXPECT_THAT(ViewFindings(), IsEmpty());
  Start();
}

TEST_F(ToolsTest, AnEntryThatIsNotWhatItsClaimsMakeIsFound) {
  WaitForViews();
  Stop();
  std::string id;
  ChangeViews([&](const ViewStore& store, ViewBatch& batch) {
    id = FirstEntry(store);
    auto row = *timeline::ParseView<storage::v1::ViewEntry>(
        id, **store.Get(ViewFamily::kEntries, id, nullptr));
    v1::TimelineEntry entry;
    ASSERT_TRUE(entry.ParseFromString(row.entry()));
    entry.set_claim_count(entry.claim_count() + 1);
    row.set_entry(entry.SerializeAsString());
    batch.Put(ViewFamily::kEntries, id, row);
  });
  EXPECT_THAT(ViewFindings(),
              Contains("views, entry " + id + ": what is stored is not what its claims make"));
  Start();
  const v1::VerifyLogResponse end = Verify();
  EXPECT_EQ(end.finding_count(), 1u);
  EXPECT_EQ(end.findings(0).check(), "views");
}

TEST_F(ToolsTest, AnEntryTooFewOrTooManyIsFound) {
  WaitForViews();
  Stop();
  std::string id;
  ChangeViews([&](const ViewStore& store, ViewBatch& batch) {
    id = FirstEntry(store);
    batch.Put(ViewFamily::kEntries, "zzz/stranger", **store.Get(ViewFamily::kEntries, id, nullptr));
    batch.Delete(ViewFamily::kEntries, id);
  });
  EXPECT_THAT(ViewFindings(),
              ::testing::UnorderedElementsAre(
                  "views, entry " + id + ": its claims make an entry, and none is stored",
                  "views, entry zzz/stranger: it is stored, and nothing says what "
                  "it is of"));
  Start();
}

TEST_F(ToolsTest, ABackupIsMadeWhereTheOperatorSays) {
  v1::BackUpLogRequest request;
  request.set_to("a/b");
  const auto backup = BackUp(request);
  ASSERT_TRUE(backup.ok()) << backup.status();
  EXPECT_EQ(backup->head_position(), 40u);
  EXPECT_EQ(backup->folder(), std::filesystem::weakly_canonical(backups_ / "a/b").string());
  EXPECT_TRUE(storage::FindBackup(backups_ / "a/b", 1).ok());
}

TEST_F(ToolsTest, TwoBackupsAtATimeAreRefused) {
  const Client client = NewClient();
  const auto context = Context();
  v1::BackUpLogRequest slowly;
  slowly.set_max_bytes_per_second(1000);
  const auto first = client.admin->BackUpLog(context.get(), slowly);
  v1::BackUpLogResponse message;
  ASSERT_TRUE(first->Read(&message));
  ASSERT_FALSE(message.has_backup());
  EXPECT_EQ(ReasonOf(BackUp().status()), "BACKUP_RUNNING");
  context->TryCancel();
  while (first->Read(&message)) {
  }
  first->Finish();
  // Its end is soon.
  absl::StatusOr<v1::Backup> next = BackUp();
  while (ReasonOf(next.status()) == "BACKUP_RUNNING") next = BackUp();
  EXPECT_TRUE(next.ok()) << next.status();
}

TEST_F(ToolsTest, WithoutAFolderForBackupsNoneIsMade) {
  Stop();
  options_.backup_directory.clear();
  Start();
  EXPECT_EQ(ReasonOf(BackUp().status()), "BACKUPS_OFF");
}

TEST(BackupPlace, IsInsideTheFolder) {
  const auto root = std::filesystem::weakly_canonical(std::filesystem::temp_directory_path());
  EXPECT_EQ(*admin::BackupPlace(root, ""), root);
  EXPECT_EQ(*admin::BackupPlace(root, "a/b"), root / "a/b");
  EXPECT_EQ(*admin::BackupPlace(root, (root / "c").string()), root / "c");
  for (const std::string bad : {"..", "a/../../b", "/", "/etc", "/etc/x"}) {
    EXPECT_EQ(ReasonOf(admin::BackupPlace(root, bad).status()), "INVALID_FIELDS") << bad;
  }
  EXPECT_EQ(ReasonOf(admin::BackupPlace(root, std::string("a\0b", 3)).status()), "INVALID_FIELDS");
  EXPECT_EQ(ReasonOf(admin::BackupPlace(root, root.string() + "-other").status()),
            "INVALID_FIELDS");
  EXPECT_EQ(ReasonOf(admin::BackupPlace("", "a").status()), "BACKUPS_OFF");
}

}  // namespace
}  // namespace chipline::server
