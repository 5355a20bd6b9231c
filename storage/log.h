#ifndef CHIPLINE_STORAGE_LOG_H_
#define CHIPLINE_STORAGE_LOG_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/format.pb.h"
#include "chipline/storage/v1/stream.pb.h"
#include "storage/clock.h"
#include "storage/commit_figures.h"
#include "storage/commit_progress.h"
#include "storage/cursor.h"
#include "storage/disk_errors.h"
#include "storage/event_rules.h"
#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/log_reader.h"
#include "storage/rocks_figures.h"
#include "storage/room.h"
#include "storage/sequencer.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace chipline::storage {

// How to open a log.
struct LogOptions {
  // The data directory (DATA in storage/FORMAT.md); made if it is not there.
  std::filesystem::path directory;
  // False: acknowledge before the sync. A crash of the machine can then lose acknowledged events.
  bool sync = true;
  // Memory for blocks read from disk.
  size_t cache_bytes = 64 * 1024 * 1024;
  // Appends are refused while the disk has less than this many bytes free, counting what is still
  // to be written as written. Reads go on. 0: not checked.
  uint64_t min_free_bytes = 0;
  // Gets every error of the disk. May be null.
  std::shared_ptr<DiskErrors> errors = nullptr;
  // For RocksDB's files; null: the machine's. Must outlive the log. For tests of faults.
  rocksdb::Env* env = nullptr;
  // Must outlive the log; null: the machine's clock.
  const Clock* clock = nullptr;
  // The order that several nodes share and that this log follows; it must outlive the log. Null: an
  // order of this process.
  SharedSequencer* shared = nullptr;
};

// Which log this is.
struct LogIdentity {
  std::string log_id;
  uint64_t epoch = 1;
  uint32_t format_version = 1;
};

// A named checkpoint.
struct NamedCursor {
  std::string name;
  Position position = 0;
  absl::Time commit_time;
};

// Counted since the log was opened.
struct LogStats {
  uint64_t appended_events = 0;
  uint64_t appends = 0;
  uint64_t commits = 0;
  uint64_t refused_appends = 0;
  uint64_t duplicate_events = 0;
  uint64_t queued_bytes = 0;
  uint64_t tail_bytes = 0;
  uint64_t disk_bytes = 0;
  Position indexed_position = 0;
  // How often the index was rebuilt from the log.
  uint64_t index_rebuilds = 0;
  // Disk errors.
  uint64_t disk_errors = 0;
};

// An append-only log in a directory: the committer, what it writes, and what readers see. Only one
// process at a time can use a directory. Thread-safe.
class Log {
 public:
  // Opens or creates the log. Reads a bounded part of it, however long it is; an index that lacks
  // more is built in the background (index_state). `rules` must outlive the log.
  //
  // FAILED_PRECONDITION if another process uses the directory, or the format is newer than this
  // program. UNAVAILABLE, reason STORAGE_FAILED, if something cannot be read. DATA_LOSS if
  // acknowledged events are missing or damaged, with their positions. With a shared order also
  // FAILED_PRECONDITION, reason OTHER_LOG, if that is of another log, and the errors of
  // SharedSequencer::Join. Without one OF_A_CLUSTER if the log follows a stream.
  static absl::StatusOr<std::unique_ptr<Log>> Open(const LogOptions& options, EventRules& rules);

  // Commits what was submitted, writes what is pending and closes the directory. If the directory
  // is gone, it leaves a file in its place that keeps the next server from starting there with an
  // empty log.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const LogIdentity& identity() const;
  // The content of DATA/FORMAT, and the path of DATA.
  const v1::Format& format() const;
  const std::filesystem::path& directory() const;
  bool sync() const;
  const LogReader& reader() const;

  // The one way to change the log; see Sequencer::Submit. Sets the version of the rules in the
  // command.
  absl::Status Submit(v1::Command command, Done done, const Traceparent& trace = {});
  // Refuses further commands. Those that were submitted are still committed.
  void Drain();

  // OK, or why the log accepts no appends until it is opened again: after a failed write it is not
  // known what is on disk, or its directory is gone. Reads go on.
  absl::Status health() const;
  // OK, or the first damage that a reader of the log found. What is not damaged can be read, and
  // appends go on.
  absl::Status damage() const;
  // How long the current write, or the wait for room in the index or on the disk, has taken; zero
  // if there is none.
  absl::Duration writing_for() const;
  // Whether commands make progress. Does not wait for the disk.
  CommitProgress progress() const;
  // Whether appends can be decided. If not, they are refused, and reads go on.
  IndexState index_state() const;
  // The free space of the disk.
  Room& room() const;
  // What was cut from the end of the log when it was opened; none if everything was complete.
  const std::optional<WalCut>& cut() const;
  // Checks the directory and RocksDB, and refuses everything from then on if the directory is gone
  // or RocksDB failed in the background. Call it several times a second, since nothing else may
  // notice.
  void Look();

  // Whether it follows an order that several nodes share.
  bool shared() const;
  // Refuses everything from now on, for this reason, until the log is opened again. Reads go on.
  void Halt(const absl::Status& cause);
  // Whether it refuses everything because this node can no longer follow the shared order. Opening
  // it again does not help by itself.
  bool halted() const;
  // The version of the rules in force.
  uint32_t rules_version() const;
  // The sequence of the last message of a shared order that is in the log; 0 if there is none.
  uint64_t applied_sequence() const;
  // The same for the last message whose effect survives a crash. After a crash the log needs the
  // messages behind it from the stream.
  uint64_t kept_sequence() const;
  // The digest stored for `position`, a multiple of RunningDigest::kInterval. None if the log has
  // not reached it, or does not follow a shared order.
  absl::StatusOr<std::optional<v1::Digest>> KeptDigest(Position position) const;

  absl::StatusOr<std::optional<NamedCursor>> GetCursor(std::string_view name) const;
  // In byte order, after `after`, at most `limit`.
  absl::StatusOr<std::vector<NamedCursor>> ListCursors(std::string_view after, size_t limit) const;

  LogStats stats() const;
  // How long commits take. Valid as long as the log is open.
  const CommitFigures& commit_figures() const;
  // Figures of the databases, by name: "log" and "index". Reads no disk.
  std::vector<std::pair<std::string, RocksFigures>> store_figures() const;

 private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_LOG_H_
