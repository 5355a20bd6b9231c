#include "storage/backup.h"

#include <atomic>
#include <thread>

#include "gmock/gmock.h"

#include "storage/backup_folder.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/restore.h"
#include "tests/storage/tools.h"

namespace chipline::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Backup : public LogTest {
 protected:
  static constexpr uint64_t kEpoch = 1'750'000'000;

  BackupOptions To() const {
    BackupOptions options;
    options.to = folder_.path();
    options.now = absl::FromUnixSeconds(1'750'000'000);
    return options;
  }
  v1::BackupManifest BackUpNow() {
    const auto manifest = BackUp(*log, To());
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.value_or(v1::BackupManifest());
  }
  RestoreOptions From(uint32_t backup_id = 0) const {
    RestoreOptions options;
    options.from = folder_.path();
    options.backup_id = backup_id;
    options.to = target_;
    options.now = absl::FromUnixSeconds(kEpoch);
    return options;
  }
  // A log in the directory that was restored.
  absl::StatusOr<std::unique_ptr<Log>> TryOpenRestored() {
    restored_rules_ = LiteralRules();
    LogOptions options;
    options.directory = target_;
    options.clock = &clock;
    return Log::Open(options, restored_rules_);
  }
  std::unique_ptr<Log> OpenRestored() {
    auto opened = TryOpenRestored();
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  const TempDirectory folder_;
  const TempDirectory elsewhere_;
  const std::filesystem::path target_ = elsewhere_.path() / "data";
  LiteralRules restored_rules_;
};

TEST_F(Backup, ARestoredLogHasTheSameEventsAndCursors) {
  AppendSome(*log, 0, 500);
  v1::Command cursor;
  cursor.mutable_cursor()->set_name("reader");
  cursor.mutable_cursor()->set_position(300);
  ASSERT_TRUE(Submit(*log, cursor).status.ok());
  const v1::BackupManifest manifest = BackUpNow();
  EXPECT_EQ(manifest.backup_id(), 1u);
  EXPECT_EQ(manifest.head_position(), 500u);
  EXPECT_EQ(manifest.format().log_id(), log->identity().log_id);
  EXPECT_EQ(manifest.head_time().seconds(), absl::ToUnixSeconds(log->reader().head_time()));
  const auto result = Restore(From());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(FindingsIn(target_), IsEmpty());
  const auto restored = OpenRestored();
  const auto before = ReadAll(*log);
  const auto after = ReadAll(*restored);
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].SerializeAsString(), before[i].SerializeAsString());
  }
  EXPECT_EQ((*restored->GetCursor("reader"))->position, 300u);
}

TEST_F(Backup, ARelativeFolderIsOneOfTheWorkingDirectory) {
  AppendSome(*log, 0, 10);
  BackupOptions options = To();
  options.to = std::filesystem::relative(folder_.path());
  const auto manifest = BackUp(*log, options);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_THAT(*ListBackups(folder_.path()), SizeIs(1));
}

TEST_F(Backup, OfADamagedLogNoneIsMadeAndNoneIsDeleted) {
  AppendSome(*log, 0, 3000);
  BackUpNow();
  log.reset();
  const std::filesystem::path table = FilesIn(directory.path() / "log", ".sst").front();
  FlipBit(table, std::filesystem::file_size(table) / 2);
  BackupOptions options = To();
  options.keep = 1;
  EXPECT_EQ(ReasonOf(BackUpStopped(directory.path(), options).status()), "STORAGE_DAMAGED");
  ASSERT_THAT(*ListBackups(folder_.path()), SizeIs(1));
  EXPECT_TRUE(Restore(From()).ok());
}

TEST_F(Backup, DamageThatAReaderMeetsIsKeptForTheOperator) {
  AppendSome(*log, 0, 3000);
  BackUpNow();
  log.reset();
  Open();
  EXPECT_TRUE(log->damage().ok());
  for (const auto& table : FilesIn(directory.path() / "log", ".sst")) {
    FlipBit(table, std::filesystem::file_size(table) / 2);
  }
  absl::Status read;
  for (Position at = 1; at <= log->reader().head() && read.ok(); ++at) {
    read = log->reader().BlockAt(at).status();
  }
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log->damage(), read);
}

TEST_F(Backup, DamageInWhatEarlierBackupsWroteIsFoundBeforeTheyAreDeleted) {
  AppendSome(*log, 0, 3000);
  BackUpNow();
  const std::filesystem::path table = FilesIn(folder_.path(), ".sst").front();
  FlipBit(table, std::filesystem::file_size(table) / 2);
  AppendSome(*log, 3000, 10);
  BackupOptions options = To();
  options.keep = 1;
  EXPECT_EQ(ReasonOf(BackUp(*log, options).status()), "BACKUP_DAMAGED");
  EXPECT_THAT(*ListBackups(folder_.path()), SizeIs(1));
}

TEST_F(Backup, ARestoredLogIsTheSameLogInANewEpoch) {
  AppendSome(*log, 0, 10);
  BackUpNow();
  ASSERT_TRUE(Restore(From()).ok());
  EXPECT_EQ(OpenRestored()->identity().log_id, log->identity().log_id);
  EXPECT_EQ(OpenRestored()->identity().epoch, kEpoch);
}

TEST_F(Backup, TwoRestoresOfOneBackupAreOfTwoEpochs) {
  AppendSome(*log, 0, 10);
  BackUpNow();
  ASSERT_TRUE(Restore(From()).ok());
  RestoreOptions again = From();
  again.to = elsewhere_.path() / "again";
  const auto second = Restore(again);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->epoch, kEpoch + 1);
  again.to = elsewhere_.path() / "third";
  EXPECT_EQ(Restore(again)->epoch, kEpoch + 2);
}

TEST_F(Backup, AnEmptyLogCanBeRestored) {
  EXPECT_EQ(BackUpNow().head_position(), 0u);
  ASSERT_TRUE(Restore(From()).ok());
  EXPECT_EQ(OpenRestored()->reader().head(), 0u);
}

TEST_F(Backup, ASecondBackupWritesOnlyWhatIsNew) {
  AppendSome(*log, 0, 6000);
  const v1::BackupManifest first = BackUpNow();
  AppendSome(*log, 6000, 30);
  const v1::BackupManifest second = BackUpNow();
  EXPECT_EQ(second.backup_id(), 2u);
  EXPECT_EQ(second.head_position(), 6030u);
  EXPECT_GT(first.new_bytes(), 0u);
  EXPECT_LT(second.new_bytes(), first.new_bytes() / 2);
  // Each is there by itself.
  ASSERT_TRUE(Restore(From(1)).ok());
  EXPECT_EQ(OpenRestored()->reader().head(), 6000u);
  std::filesystem::remove_all(target_);
  ASSERT_TRUE(Restore(From(2)).ok());
  EXPECT_EQ(OpenRestored()->reader().head(), 6030u);
}

TEST_F(Backup, OldBackupsAreDeletedIfAskedFor) {
  for (int i = 0; i < 3; ++i) {
    AppendSome(*log, 100 * i, 100);
    BackUpNow();
  }
  BackupOptions options = To();
  options.keep = 2;
  ASSERT_TRUE(BackUp(*log, options).ok());
  const auto left = ListBackups(folder_.path());
  ASSERT_TRUE(left.ok()) << left.status();
  ASSERT_THAT(*left, SizeIs(2));
  EXPECT_EQ(left->front().backup_id(), 3u);
  EXPECT_EQ(ReasonOf(Restore(From(1)).status()), "NO_SUCH_BACKUP");
  ASSERT_TRUE(Restore(From(3)).ok());
}

TEST_F(Backup, WhatIsAppendedMeanwhileDoesNotDisturbIt) {
  AppendSome(*log, 0, 300);
  std::atomic<bool> stop = false;
  std::atomic<Position> acknowledged = 300;
  std::thread writer([&] {
    for (int next = 300; !stop; next += 30) {
      AppendSome(*log, next, 30);
      acknowledged = static_cast<Position>(next + 30);
    }
  });
  for (int round = 0; round < 5; ++round) {
    const Position before = acknowledged;
    const v1::BackupManifest manifest = BackUpNow();
    EXPECT_GE(manifest.head_position(), before);
    ASSERT_TRUE(Restore(From()).ok());
    EXPECT_THAT(FindingsIn(target_), IsEmpty());
    EXPECT_EQ(OpenRestored()->reader().head(), manifest.head_position());
    std::filesystem::remove_all(target_);
  }
  stop = true;
  writer.join();
}

TEST_F(Backup, ABackupThatIsStoppedLeavesNothingThatCounts) {
  AppendSome(*log, 0, 100);
  BackupOptions options = To();
  options.progress = [](uint64_t) { return false; };
  EXPECT_TRUE(absl::IsCancelled(BackUp(*log, options).status()));
  EXPECT_THAT(*ListBackups(folder_.path()), IsEmpty());
  EXPECT_EQ(BackUpNow().head_position(), 100u);
}

TEST_F(Backup, ABackupWithoutItsManifestIsNoneAndGoesWithTheNext) {
  AppendSome(*log, 0, 100);
  BackUpNow();
  std::filesystem::remove(ManifestPath(folder_.path(), 1));
  EXPECT_EQ(ReasonOf(Restore(From()).status()), "NO_SUCH_BACKUP");
  BackUpNow();
  EXPECT_THAT(*ListBackups(folder_.path()), SizeIs(1));
  EXPECT_THAT(FilesIn(folder_.path() / "log" / "meta"), SizeIs(1));
  ASSERT_TRUE(Restore(From()).ok());
}

TEST_F(Backup, AFolderIsForOneLog) {
  BackUpNow();
  log.reset();
  std::filesystem::remove_all(directory.path() / "log");
  std::filesystem::remove(directory.path() / "FORMAT");
  Open();
  EXPECT_EQ(ReasonOf(BackUp(*log, To()).status()), "BACKUP_OF_ANOTHER_LOG");
}

TEST_F(Backup, AFolderIsForOneEpochAndARestoreElsewhereChangesNothingForTheLogThatWasThere) {
  AppendSome(*log, 0, 10);
  BackUpNow();
  ASSERT_TRUE(Restore(From()).ok());
  const std::unique_ptr<Log> restored = OpenRestored();
  const absl::Status refused = BackUp(*restored, To()).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), "BACKUP_OF_ANOTHER_EPOCH");
  for (const std::string& named :
       {log->identity().log_id, "epoch " + std::to_string(log->identity().epoch),
        "epoch " + std::to_string(kEpoch), std::string("another folder")}) {
    EXPECT_THAT(std::string(refused.message()), HasSubstr(named));
  }
  EXPECT_THAT(*ListBackups(folder_.path()), SizeIs(1));
  // A restore to try one out.
  EXPECT_EQ(BackUpNow().backup_id(), 2u);
  // The other way round.
  BackupOptions own = To();
  own.to = elsewhere_.path() / "own";
  ASSERT_TRUE(BackUp(*restored, own).ok());
  EXPECT_EQ(ReasonOf(BackUp(*log, own).status()), "BACKUP_OF_ANOTHER_EPOCH");
}

TEST_F(Backup, AFolderWithOtherThingsIsLeftAlone) {
  WriteContent(folder_.path() / "letter", "dear");
  EXPECT_EQ(ReasonOf(BackUp(*log, To()).status()), "NOT_A_BACKUP_FOLDER");
  EXPECT_EQ(ContentOf(folder_.path() / "letter"), "dear");
}

TEST_F(Backup, AStoppedLogCanBeBackedUpUnlessItLacksEvents) {
  AppendSome(*log, 0, 40);
  log.reset();
  const auto manifest = BackUpStopped(directory.path(), To());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->head_position(), 40u);
  WriteContent(directory.path() / "HIGHWATER", "41\n");
  EXPECT_EQ(ReasonOf(BackUpStopped(directory.path(), To()).status()), "EVENTS_MISSING");
  const auto nowhere = elsewhere_.path() / "nothing";
  EXPECT_EQ(ReasonOf(BackUpStopped(nowhere, To()).status()), "NO_LOG");
  EXPECT_FALSE(std::filesystem::exists(nowhere));
}

TEST_F(Backup, ALogThatIsServedCannotBeBackedUpFromOutside) {
  EXPECT_EQ(ReasonOf(BackUpStopped(directory.path(), To()).status()), "DIRECTORY_IN_USE");
}

using RestoreTest = Backup;

TEST_F(RestoreTest, NothingIsRestoredOverAnything) {
  BackUpNow();
  std::filesystem::create_directories(target_);
  WriteContent(target_ / "letter", "dear");
  EXPECT_EQ(ReasonOf(Restore(From()).status()), "DIRECTORY_NOT_EMPTY");
  std::filesystem::remove(target_ / "letter");
  EXPECT_TRUE(Restore(From()).ok());
  EXPECT_EQ(ReasonOf(Restore(From()).status()), "DIRECTORY_NOT_EMPTY");
}

TEST_F(RestoreTest, WhereThereAreNoBackupsItSaysSo) {
  EXPECT_EQ(ReasonOf(Restore(From()).status()), "NO_BACKUPS");
  EXPECT_FALSE(std::filesystem::exists(target_));
}

TEST_F(RestoreTest, EveryFlippedByteOfABackupIsFound) {
  AppendSome(*log, 0, 300);
  BackUpNow();
  for (const auto& file : FilesIn(folder_.path() / "log")) {
    const std::string sound = ContentOf(file);
    for (size_t byte = 0; byte < sound.size(); byte += std::max<size_t>(sound.size() / 8, 1)) {
      FlipBit(file, byte);
      const auto result = Restore(From());
      if (result.ok()) {
        EXPECT_THAT(FindingsIn(target_), IsEmpty());
        EXPECT_EQ(ReadAll(*OpenRestored()).size(), 300u) << file << " byte " << byte;
      } else if (std::filesystem::exists(target_)) {
        EXPECT_EQ(ReasonOf(TryOpenRestored().status()), "RESTORE_UNFINISHED")
            << file << " byte " << byte << " " << result.status();
      }
      std::filesystem::remove_all(target_);
    }
    std::filesystem::remove(file);
    const auto without = Restore(From());
    EXPECT_TRUE(!without.ok() || OpenRestored()->reader().head() == 300u) << file;
    std::filesystem::remove_all(target_);
    WriteContent(file, sound);
  }
  EXPECT_TRUE(Restore(From()).ok());
}

TEST_F(RestoreTest, AHalfFinishedRestoreIsNoLogAtAnyMoment) {
  AppendSome(*log, 0, 100);
  BackUpNow();
  // What it has made at each moment that it tells of.
  int moments = 0;
  RestoreOptions options = From();
  options.progress = [&](std::string_view, double) {
    const std::filesystem::path then = elsewhere_.path() / "then";
    CopyFolder(target_, then);
    LiteralRules own_rules;
    LogOptions log_options;
    log_options.directory = then;
    EXPECT_EQ(ReasonOf(Log::Open(log_options, own_rules).status()), "RESTORE_UNFINISHED");
    RestoreOptions again = From();
    again.to = then;
    EXPECT_EQ(ReasonOf(Restore(again).status()), "RESTORE_UNFINISHED");
    ++moments;
  };
  ASSERT_TRUE(Restore(options).ok());
  EXPECT_GE(moments, 3);
  EXPECT_EQ(OpenRestored()->reader().head(), 100u);
}

TEST_F(RestoreTest, ABackupOfALogThatIsNotSoundDoesNotOpen) {
  AppendSome(*log, 0, 100);
  log.reset();
  {
    const auto store = EventStore::Open(EventStoreOptions{directory.path() / "log"});
    ASSERT_TRUE(store.ok());
    CommitWrite write;
    write.cursors.emplace_back("far", v1::CursorRow());
    write.cursors.back().second.set_position(99'999);
    ASSERT_TRUE((*store)->Write(write, true).ok());
  }
  ASSERT_TRUE(BackUpStopped(directory.path(), To()).ok());
  RestoreOptions options = From();
  std::vector<std::string> found;
  options.found = [&](const CheckedFinding& finding) {
    if (!finding.finding.note) found.push_back(finding.finding.place);
  };
  EXPECT_EQ(ReasonOf(Restore(options).status()), "RESTORE_UNSOUND");
  EXPECT_THAT(found, ::testing::ElementsAre("log, cursor far"));
  EXPECT_EQ(ReasonOf(TryOpenRestored().status()), "RESTORE_UNFINISHED");
}

}  // namespace
}  // namespace chipline::storage::testing
