#include "storage/repair.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/ascii.h"

#include "storage/directory.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/format_file.h"
#include "storage/high_water.h"
#include "storage/limits.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// Moved away and back by their names. FORMAT is copied, since a directory must never be without it.
constexpr const char* kMoved[] = {"index", "views", "HIGHWATER", "log"};
constexpr char kMade[] = "log.repaired";
constexpr size_t kWriteBytes = 8 * 1024 * 1024;

absl::Status Failed(std::string_view doing, const std::filesystem::path& path,
                    const std::error_code& error) {
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
               std::string(doing) + " " + path.string() + ": " + error.message());
}

absl::Status Move(const std::filesystem::path& from, const std::filesystem::path& to) {
  ASSIGN_OR_RETURN(const bool there, Exists(from));
  if (!there) return absl::OkStatus();
  std::error_code error;
  std::filesystem::rename(from, to, error);
  return error ? Failed("cannot move", from, error) : absl::OkStatus();
}

absl::Status Remove(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  return error ? Failed("cannot delete", path, error) : absl::OkStatus();
}

// "DATA/replaced-20260115T102030Z", with a number behind it if that is taken.
std::filesystem::path NewFolderName(const std::filesystem::path& directory, absl::Time now) {
  const std::string name =
      "replaced-" + absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone());
  std::filesystem::path folder = directory / name;
  std::error_code error;
  for (int number = 2; std::filesystem::exists(folder, error); ++number) {
    folder = directory / (name + "-" + std::to_string(number));
  }
  return folder;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Repair>> Repair::Plan(const std::filesystem::path& directory,
                                                     Position accept_loss_after, absl::Time now) {
  ASSIGN_OR_RETURN(const bool events, Exists(directory / "log"));
  ASSIGN_OR_RETURN(const bool format, Exists(directory / "FORMAT"));
  if (!events && !format) {
    return Error(absl::StatusCode::kNotFound, "NO_LOG", "there is no log in " + directory.string());
  }
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(directory));
  std::unique_ptr<Repair> repair(new Repair(directory, std::move(lock), now));
  RETURN_IF_ERROR(repair->ReadState());
  RETURN_IF_ERROR(repair->FindProblems(accept_loss_after));
  RETURN_IF_ERROR(repair->FindCursors());
  return repair;
}

std::filesystem::path Repair::Original(const char* name) const {
  std::error_code error;
  if (cut_off_.has_value() && std::filesystem::exists(*cut_off_ / name, error)) {
    return *cut_off_ / name;
  }
  return directory_ / name;
}

absl::Status Repair::ReadState() {
  ASSIGN_OR_RETURN(const auto marker, ReadFile(directory_ / kRepairing));
  if (marker.has_value()) {
    cut_off_ = directory_ / std::string(absl::StripAsciiWhitespace(*marker));
  } else {
    RETURN_IF_ERROR(CheckFinished(directory_));
  }
  ASSIGN_OR_RETURN(const auto format, ReadFormat(directory_));
  if (!format.has_value()) {
    return Error(absl::StatusCode::kDataLoss, "FORMAT_MISSING",
                 "without the file FORMAT it is not known which log this is; restore it from a "
                 "backup, whose manifest holds it");
  }
  format_ = *format;
  RETURN_IF_ERROR(CheckFormatVersion("it", format_.version()));
  const auto high_water = HighWater::Read(Original("HIGHWATER"));
  if (absl::IsUnavailable(high_water.status())) return high_water.status();
  if (!high_water.ok()) {
    high_water_problem_ = std::string(high_water.status().message());
  } else if (!high_water->has_value()) {
    high_water_problem_ = "the file HIGHWATER is missing";
  } else {
    high_water_ = *high_water;
  }
  return absl::OkStatus();
}

absl::Status Repair::FindProblems(Position accept_loss_after) {
  const Position wanted = high_water_.value_or(0);
  EventStoreOptions opening;
  opening.directory = Original("log");
  opening.synced = wanted;
  ASSIGN_OR_RETURN(opening.unsynced, Exists(directory_ / kUnsynced));
  salvage_ = FindSalvage(opening);
  if (!salvage_.unreadable.ok()) {
    return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
                 "something cannot be read, which is no proof that it is lost; see what the disk "
                 "says (dmesg), or raise the limit of open files, and try again: " +
                     std::string(salvage_.unreadable.message()));
  }
  plan_.problems = salvage_.problems;
  if (cut_off_.has_value()) plan_.problems.emplace_back("a repair was cut off");
  if (!high_water_problem_.empty()) plan_.problems.push_back(high_water_problem_);
  if (salvage_.kept < wanted) {
    plan_.problems.push_back("events up to position " + std::to_string(wanted) +
                             " were acknowledged, and what can be read ends at " +
                             std::to_string(salvage_.kept));
  }
  plan_.kept = salvage_.kept;
  plan_.known = std::max({wanted, salvage_.kept, salvage_.last_block});
  plan_.epoch = NextEpoch(format_.epoch(), now_);
  if (plan_.problems.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_REPAIR",
                 "the log is whole up to its end, position " + std::to_string(plan_.kept) +
                     "; it needs no repair");
  }
  if (plan_.kept < accept_loss_after) {
    return Error(absl::StatusCode::kFailedPrecondition, "LOSES_MORE",
                 "only the events up to position " + std::to_string(plan_.kept) +
                     " can be kept, so more than what is after " +
                     std::to_string(accept_loss_after) +
                     " would be lost; if a backup has more, "
                     "restore it; else accept the loss after " +
                     std::to_string(plan_.kept),
                 {{"kept_position", std::to_string(plan_.kept)}});
  }
  return absl::OkStatus();
}

absl::Status Repair::FindCursors() {
  std::string after;
  while (salvage_.events != nullptr) {
    const auto rows = salvage_.events->ListCursors(after, limits::kMaxPageSize);
    if (!rows.ok()) {
      plan_.problems.push_back("named cursors cannot all be read: " +
                               std::string(rows.status().message()));
      return absl::OkStatus();
    }
    if (rows->empty()) return absl::OkStatus();
    for (const auto& [name, row] : *rows) {
      if (row.position() > plan_.kept) plan_.moved_cursors.emplace_back(name, row.position());
      after = name;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::filesystem::path> Repair::Apply(const std::function<void(Position)>& progress) {
  if (cut_off_.has_value()) RETURN_IF_ERROR(TakeBack());
  const std::filesystem::path made = directory_ / kMade;
  RETURN_IF_ERROR(Remove(made));
  const std::filesystem::path replaced = NewFolderName(directory_, now_);
  // First, so that from now on it is known where the files went.
  RETURN_IF_ERROR(ReplaceFile(directory_ / kRepairing, replaced.filename().string() + "\n"));
  RETURN_IF_ERROR(CopyLog(made, progress));
  RETURN_IF_ERROR(SyncTree(made));
  // RocksDB's files are closed before they are moved.
  salvage_.events.reset();
  RETURN_IF_ERROR(Exchange(made, replaced));
  std::error_code error;
  std::filesystem::remove(directory_ / kRepairing, error);
  RETURN_IF_ERROR(SyncFolder(directory_));
  return replaced;
}

absl::Status Repair::TakeBack() {
  // It reads files that are about to be moved.
  salvage_.events.reset();
  for (const char* name : kMoved) {
    ASSIGN_OR_RETURN(const bool there, Exists(*cut_off_ / name));
    if (!there) continue;
    RETURN_IF_ERROR(Remove(directory_ / name));
    RETURN_IF_ERROR(Move(*cut_off_ / name, directory_ / name));
  }
  RETURN_IF_ERROR(SyncFolder(directory_));
  ASSIGN_OR_RETURN(
      salvage_.events,
      EventStore::OpenToRead(directory_ / "log", salvage_.mode.value_or(ReadMode::kUpToDamage)));
  return Remove(*cut_off_);
}

absl::Status Repair::CopyLog(const std::filesystem::path& to,
                             const std::function<void(Position)>& progress) {
  EventStoreOptions making;
  making.directory = to;
  ASSIGN_OR_RETURN(const auto copy, EventStore::Open(making));
  if (salvage_.events == nullptr) return absl::OkStatus();
  EventStore::Scan scan = salvage_.events->ScanFrom(1);
  CommitWrite write;
  size_t bytes = 0;
  for (Position end = 0; end < plan_.kept;) {
    ASSIGN_OR_RETURN(auto block, scan.Next());
    if (block == nullptr || block->first() != end + 1) {
      return Error(absl::StatusCode::kDataLoss, "BLOCK_MISSING",
                   "position " + std::to_string(end + 1) + " could be read before and cannot now");
    }
    end = block->last();
    bytes += block->stored().size();
    write.blocks.push_back(std::move(block));
    if (bytes < kWriteBytes && end < plan_.kept) continue;
    RETURN_IF_ERROR(copy->Write(write, /*sync=*/end == plan_.kept));
    write = CommitWrite();
    bytes = 0;
    if (progress) progress(end);
  }
  RETURN_IF_ERROR(CopyNames(*copy));
  return CopyCursors(*copy);
}

absl::Status Repair::CopyNames(EventStore& to) const {
  const auto rows = salvage_.events->ListState(kNamePrefix);
  const auto complete = salvage_.events->GetState(kNamesKept);
  // Names that cannot be read are collected from the events again. The progress in a stream is not
  // copied: it is not known what is lost of it, and the new epoch belongs to no stream.
  if (!rows.ok() || !complete.ok() || !complete->has_value()) return absl::OkStatus();
  CommitWrite write;
  for (const auto& [key, value] : *rows) {
    if (key <= NameKey(plan_.kept)) write.state.emplace_back(key, value);
  }
  write.state.emplace_back(kNamesKept, **complete);
  return to.Write(write, /*sync=*/true);
}

absl::Status Repair::CopyCursors(EventStore& to) const {
  std::string after;
  while (true) {
    const auto rows = salvage_.events->ListCursors(after, limits::kMaxPageSize);
    // The plan says so.
    if (!rows.ok() || rows->empty()) return absl::OkStatus();
    CommitWrite write;
    for (auto [name, row] : *rows) {
      row.set_position(std::min<Position>(row.position(), plan_.kept));
      after = name;
      write.cursors.emplace_back(std::move(name), std::move(row));
    }
    RETURN_IF_ERROR(to.Write(write, /*sync=*/true));
  }
}

absl::Status Repair::Exchange(const std::filesystem::path& made,
                              const std::filesystem::path& replaced) {
  std::error_code error;
  std::filesystem::create_directory(replaced, error);
  if (error) return Failed("cannot make", replaced, error);
  RETURN_IF_ERROR(WriteFormat(replaced, format_));
  for (const char* name : kMoved) RETURN_IF_ERROR(Move(directory_ / name, replaced / name));
  RETURN_IF_ERROR(SyncFolder(replaced));
  RETURN_IF_ERROR(Move(made, directory_ / "log"));
  RETURN_IF_ERROR(HighWater::Write(directory_ / "HIGHWATER", plan_.kept));
  v1::Format raised = format_;
  raised.set_epoch(plan_.epoch);
  return WriteFormat(directory_, raised);
}

}  // namespace chipline::storage
