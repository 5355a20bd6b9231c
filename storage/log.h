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
  // False: acknowledge before the sync. A crash of the machine can then lose what was acknowledged.
  bool sync = true;
  // Memory for blocks read from disk.
  size_t cache_bytes = 64 * 1024 * 1024;
  // Appends are refused while the disk has less than so many bytes free, what is still to be
  // written counted as written; reads go on. 0: it is not looked at.
  uint64_t min_free_bytes = 0;
  // Gets every error of the disk. May be null.
  std::shared_ptr<DiskErrors> errors = nullptr;
  // For RocksDB's files; null: the machine's. Must outlive the log. For tests of faults.
  rocksdb::Env* env = nullptr;
  // Must outlive the log; null: the machine's clock.
  const Clock* clock = nullptr;
  // An order that other nodes have as well, which this log is to take; it must outlive the log.
  // Null: the order of this process alone.
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
  // How often the index was made anew from the log.
  uint64_t index_rebuilds = 0;
  // Errors that the disk gave.
  uint64_t disk_errors = 0;
};

// An append-only log in a directory: the committer's thread, what it writes, and the readers' view.
// One process at a time has a directory. Thread-safe.
class Log {
 public:
  // Opens or makes the log. Reads at most a bounded part of it, however long it is: an index that
  // lacks more is made in the background (index_state). Returns FAILED_PRECONDITION if another
  // process has the directory, or the format is newer than this program; UNAVAILABLE, reason
  // STORAGE_FAILED, if something cannot be read; DATA_LOSS if events that were acknowledged are
  // missing or damaged, saying which; with a shared order FAILED_PRECONDITION, reason OTHER_LOG, if
  // it is that of another log, and what SharedSequencer::Join says; without one OF_A_CLUSTER if the
  // log takes its order from a stream. `rules` must outlive the log.
  static absl::StatusOr<std::unique_ptr<Log>> Open(const LogOptions& options, EventRules& rules);

  // Commits what was submitted, writes what is pending and closes the directory. If that is gone,
  // leaves a file in its place that keeps the next server from beginning there with an empty log.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const LogIdentity& identity() const;
  // What DATA/FORMAT holds, and where DATA is.
  const v1::Format& format() const;
  const std::filesystem::path& directory() const;
  bool sync() const;
  const LogReader& reader() const;

  // The way in. See Sequencer::Submit. The version of the rules is set here.
  absl::Status Submit(v1::Command command, Done done, const Traceparent& trace = {});
  // Refuses further commands; those submitted are still committed.
  void Drain();

  // OK, or why the log takes no more appends until it is opened anew: a write failed and what is on
  // disk is not known, or its directory is gone. Reads go on.
  absl::Status health() const;
  // OK, or the first damage that a reader of the log met. What is not damaged can be read, and
  // appends go on.
  absl::Status damage() const;
  // For how long the write under way has been, or the wait for the index's disk; zero if there is
  // none.
  absl::Duration writing_for() const;
  // Whether commands get through. Waits for no disk.
  CommitProgress progress() const;
  // Whether appends can be decided. While they cannot be they are refused, and reads go on.
  IndexState index_state() const;
  // What the disk has room for.
  Room& room() const;
  // What was cut from the end of the log as it was opened; none if everything was whole.
  const std::optional<WalCut>& cut() const;
  // Refuses everything if the directory is no longer there, or RocksDB has failed in the
  // background. To be called several times a second: nobody else may ever notice.
  void Look();

  // Whether it takes an order that other nodes have as well.
  bool shared() const;
  // Refuses everything from here on, for this reason, until the log is opened anew. Reads go on.
  void Halt(const absl::Status& cause);
  // Whether it refuses everything since it cannot decide what other nodes have decided. To open it
  // anew does not mend that by itself.
  bool halted() const;
  // The version of the rules in force.
  uint32_t rules_version() const;
  // The sequence of the last message of a shared order that is in the log; 0 if there is none.
  uint64_t applied_sequence() const;
  // The same of the last that a crash does not take back: behind it the log needs the stream still.
  uint64_t kept_sequence() const;
  // The digest kept for `position`, a multiple of RunningDigest::kInterval; none if the log is not
  // so far, or takes no shared order.
  absl::StatusOr<std::optional<v1::Digest>> KeptDigest(Position position) const;

  absl::StatusOr<std::optional<NamedCursor>> GetCursor(std::string_view name) const;
  // In byte order, after `after`, at most `limit`.
  absl::StatusOr<std::vector<NamedCursor>> ListCursors(std::string_view after, size_t limit) const;

  LogStats stats() const;
  // What commits take, as long as the log is open.
  const CommitFigures& commit_figures() const;
  // How the databases do, by name: "log" and "index". Reads no disk.
  std::vector<std::pair<std::string, RocksFigures>> store_figures() const;

 private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_LOG_H_
