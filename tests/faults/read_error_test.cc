#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "rocksdb/write_batch.h"

#include "fmt/format.h"
#include "storage/rocks.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"

// A table that cannot be read, in any of the ways that there are: a scan over it gives an error,
// and never the rows of the other tables as if they were all.
namespace chipline::faults {
namespace {

using rocksdb::IOStatus;
using storage::Rocks;
using storage::RocksOptions;
using storage::RocksRows;

constexpr int kTables = 12;
constexpr int kRows = 40;

std::string KeyOf(int number) { return fmt::format("{:06}", number); }

class ReadErrorTest : public ::testing::Test {
 protected:
  ReadErrorTest() {
    // With few descriptors RocksDB opens a table when a scan comes to it, and not before.
    rlimit few{};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &few), 0);
    few.rlim_cur = std::min<rlim_t>(few.rlim_cur, 200);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    Rocks rocks(Options(nullptr));
    EXPECT_TRUE(rocks.Open().ok());
    for (int table = 0; table < kTables; ++table) {
      rocksdb::WriteBatch batch;
      for (int row = 0; row < kRows; ++row) {
        EXPECT_TRUE(batch.Put(rocks.family(0), KeyOf(table * kRows + row), Value()).ok());
      }
      EXPECT_TRUE(rocks.Write({}, batch).ok());
      EXPECT_TRUE(rocks.Flush().ok());
    }
    // Below the first level, where a scan opens one table after the other.
    rocksdb::CompactRangeOptions options;
    options.change_level = true;
    options.target_level = 2;
    EXPECT_TRUE(rocks.db()->CompactRange(options, rocks.family(0), nullptr, nullptr).ok());
    for (const auto& table : rocks.Tables()) {
      EXPECT_GT(table.level, 0);
      tables_.push_back(table.name.substr(table.name.find_first_not_of('/')));
    }
    EXPECT_GE(tables_.size(), 10u);
  }

  std::string Value() {
    std::string value(1000, '\0');
    for (char& c : value) c = static_cast<char>(random_());
    return value;
  }

  RocksOptions Options(rocksdb::Env* env) const {
    RocksOptions options;
    options.name = "the test";
    options.directory = folder_.path() / "db";
    rocksdb::ColumnFamilyOptions family;
    // So that compaction leaves many tables.
    family.target_file_size_base = 16 * 1024;
    family.compression = rocksdb::kNoCompression;
    options.families = {{"rows", family}};
    options.env = env;
    options.to_read = true;
    if (env == nullptr) options.to_read = tables_.size() > 0;
    return options;
  }

  // All rows or an error, forwards and backwards, from the first on and from the middle. Returns
  // whether there was an error.
  static bool ExpectWholeOrError(const Rocks& rocks, const std::string& what) {
    bool error = false;
    for (int from = 0; from < kTables * kRows; from += kTables * kRows / 2) {
      const auto rows = rocks.Rows(0);
      int count = from;
      for (rows->Seek(KeyOf(from)); rows->Valid(); rows->Next()) {
        EXPECT_EQ(rows->key(), KeyOf(count)) << what;
        ++count;
      }
      if (rows->status().ok()) {
        EXPECT_EQ(count, kTables * kRows) << what;
      }
      error |= !rows->status().ok();
    }
    const auto last = rocks.Rows(0);
    last->SeekToLast();
    if (last->status().ok()) {
      EXPECT_EQ(last->key(), KeyOf(kTables * kRows - 1)) << what;
    }
    for (int row = 0; row < kTables * kRows; row += 7) {
      const auto before = rocks.Rows(0);
      before->SeekForPrev(KeyOf(row) + "x");
      if (before->status().ok()) {
        EXPECT_EQ(before->key(), KeyOf(row)) << what;
      }
      const auto found = rocks.Get(0, KeyOf(row));
      if (found.ok()) {
        EXPECT_TRUE(found->has_value()) << what;
      }
      error |= !found.ok() || !before->status().ok();
    }
    return error;
  }
  // RocksDB opens some tables with the database, so that no scan meets what happens to them later.
  void ExpectMany(size_t errors) const { EXPECT_GE(errors, tables_.size() / 2); }

  ScratchFolder folder_;
  std::mt19937_64 random_{Seed()};
  std::vector<std::string> tables_;
};

TEST_F(ReadErrorTest, ATableThatCannotBeOpenedOrReadIsAnErrorOfTheDisk) {
  for (const Op op : {Op::kOpen, Op::kRead}) {
    size_t met = 0;
    for (const std::string& table : tables_) {
      FaultDisk disk;
      bool failing = false;
      disk.files->Watch([&](Op seen, Moment moment, const std::string& file) {
        const bool fails =
            failing && seen == op && moment == Moment::kBefore && file.ends_with(table);
        return fails ? IOStatus::IOError(file + ": injected") : IOStatus::OK();
      });
      RocksOptions options = Options(disk.env.get());
      const auto errors = std::make_shared<storage::DiskErrors>();
      options.errors = errors;
      Rocks rocks(options);
      ASSERT_TRUE(rocks.Open().ok());
      failing = true;
      const bool error =
          ExpectWholeOrError(rocks, fmt::format("{} {}", op == Op::kOpen ? "open" : "read", table));
      EXPECT_EQ(errors->summary().count > 0, error);
      if (error) {
        ++met;
        EXPECT_THAT(errors->summary().last, ::testing::HasSubstr(table));
      }
      EXPECT_TRUE(rocks.damage().ok()) << rocks.damage();
      // Nothing is kept of it.
      failing = false;
      const auto rows = rocks.Rows(0);
      int count = 0;
      for (rows->SeekToFirst(); rows->Valid(); rows->Next()) ++count;
      EXPECT_EQ(count, kTables * kRows);
    }
    ExpectMany(met);
  }
}

TEST_F(ReadErrorTest, ATableThatIsNotWhatWasWrittenIsDamage) {
  size_t met = 0;
  size_t missed = 0;
  for (const std::string& table : tables_) {
    const std::filesystem::path file = folder_.path() / "db" / table;
    const std::filesystem::path aside = folder_.path() / "aside";
    std::filesystem::copy_file(file, aside);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    // Rows, the properties, and the footer.
    for (const std::streamoff offset : {std::streamoff{20}, size / 2, size - 20}) {
      std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekg(offset);
      const int byte = bytes.get() ^ 0x10;
      bytes.seekp(offset);
      bytes.put(static_cast<char>(byte));
      bytes.close();
      Rocks rocks(Options(nullptr));
      const absl::Status opened = rocks.Open();
      if (!opened.ok()) {
        EXPECT_TRUE(absl::IsDataLoss(opened)) << opened;
        ++met;
      } else if (ExpectWholeOrError(rocks, fmt::format("a bit at {} of {}", offset, table))) {
        EXPECT_TRUE(absl::IsDataLoss(rocks.damage())) << rocks.damage();
        ++met;
      }
      std::filesystem::copy_file(aside, file, std::filesystem::copy_options::overwrite_existing);
    }
    {
      Rocks rocks(Options(nullptr));
      ASSERT_TRUE(rocks.Open().ok());
      std::filesystem::remove(file);
      if (ExpectWholeOrError(rocks, "without " + table)) {
        ++missed;
        EXPECT_TRUE(absl::IsDataLoss(rocks.damage())) << rocks.damage();
      }
    }
    std::filesystem::rename(aside, file);
  }
  EXPECT_GE(met, 2 * tables_.size());
  ExpectMany(missed);
}

TEST_F(ReadErrorTest, WhoHoldsRowsOrASnapshotIsToldWhenTheDatabaseIsOpenedAnew) {
  Rocks rocks(Options(nullptr));
  ASSERT_TRUE(rocks.Open().ok());
  const storage::RocksSnapshot snapshot(rocks);
  const auto rows = rocks.Rows(0, &snapshot);
  rows->SeekToFirst();
  ASSERT_TRUE(rows->Valid());
  ASSERT_TRUE(rocks.Open().ok());
  EXPECT_FALSE(rows->Valid());
  rows->Next();
  EXPECT_TRUE(absl::IsUnavailable(rows->status())) << rows->status();
  EXPECT_TRUE(absl::IsUnavailable(rocks.Get(0, KeyOf(1), &snapshot).status()));
  EXPECT_TRUE(rocks.Get(0, KeyOf(1)).value().has_value());
  rocks.Close();
  EXPECT_TRUE(absl::IsUnavailable(rocks.Get(0, KeyOf(1)).status()));
}

}  // namespace
}  // namespace chipline::faults
