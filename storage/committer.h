#ifndef CHIPLINE_STORAGE_COMMITTER_H_
#define CHIPLINE_STORAGE_COMMITTER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/commit_group.h"
#include "storage/directory.h"
#include "storage/event_rules.h"
#include "storage/event_store.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/log_reader.h"
#include "storage/mutex.h"
#include "storage/room.h"
#include "storage/sequencer.h"
#include "storage/tail.h"

namespace chipline::storage {

// The version of the rules by which commands are applied; commands carry it.
inline constexpr uint32_t kRulesVersion = 1;

// Where a command meets the log. All must outlive the committer.
struct CommitterParts {
  Sequencer& sequencer;
  EventRules& rules;
  EventStore& events;
  Index& index;
  Tail& tail;
  HighWater& high_water;
  const LogReader& reader;
  const Directory& directory;
  Room& room;
};

// The only writer of the log, as two threads in a row. The first takes what the sequencer delivers,
// in order, and decides duplicate, conflict or accepted from the command and the log alone; the
// second writes what one such round accepted with one synced write, publishes it and answers. So
// the next group is decided, and a further one forms, while one syncs. Answers go out in the order
// of the commands, and none before everything it rests on is on disk.
//
// A write that fails leaves it unknown what is on disk: the committer then refuses everything until
// the log is opened anew, and tells the callers to retry with the same ids.
class Committer {
 public:
  // `last_time` is when the head was recorded.
  Committer(const CommitterParts& parts, absl::Time last_time, bool sync);
  // Commits what the sequencer still has, which must have been closed.
  ~Committer();

  // OK, or why it refuses everything. Thread-safe.
  absl::Status health() const;
  // Refuses everything from here on, since the log cannot go on for this reason. Thread-safe.
  void Fail(const absl::Status& cause) { Latch(cause); }
  // For how long the write under way has been, or the wait for the index's disk; zero if there is
  // none. A disk that stands still shows here long before it fails. Thread-safe.
  absl::Duration writing_for() const;

  // Counted since the start. Thread-safe.
  struct Counters {
    std::atomic<uint64_t> appended_events{0};
    std::atomic<uint64_t> appends{0};
    std::atomic<uint64_t> commits{0};
    std::atomic<uint64_t> refused_appends{0};
    std::atomic<uint64_t> duplicate_events{0};
  };
  const Counters& counters() const { return counters_; }

 private:
  // A round of commands, decided.
  struct Decided {
    std::vector<Sequenced> sequenced;
    std::vector<Outcome> outcomes;
    CommitWrite write;
    // When its last append was recorded.
    absl::Time time;
  };

  void DecideAll();
  void WriteAll();
  Decided Decide(std::vector<Sequenced> sequenced);
  void HandOver(Decided decided);
  void Write(Decided decided);
  Outcome Apply(const v1::Command& command, CommitGroup& group);
  Outcome ApplyAppend(const v1::Append& append, absl::Time time, CommitGroup& group);
  Outcome ApplyCursor(const v1::CursorChange& change, absl::Time time, CommitGroup& group);

  // The first answer again if all events are there already; none if none of them is. ALREADY_EXISTS
  // if one is there with other content, or only some are there.
  absl::StatusOr<std::optional<Outcome>> FindDuplicates(const v1::Append& append,
                                                        const CommitGroup& group) const;
  // The record at `position`, be it in the group, in one that is being written, or in the log; a
  // block of the log is kept in `holder`, and used again for what else is in it.
  absl::StatusOr<std::string_view> RecordAt(Position position, const CommitGroup& group,
                                            std::shared_ptr<const Block>& holder) const;
  absl::StatusOr<Position> CursorAt(const std::string& name, const CommitGroup& group) const;
  absl::Status CheckPreconditions(const v1::Append& append) const;
  Outcome Accept(const v1::Append& append, absl::Time time, CommitGroup& group);
  void Latch(const absl::Status& cause);

  const CommitterParts parts_;
  const bool sync_;
  Counters counters_;
  // Nanoseconds of the steady clock when the write under way began; 0 if none is.
  std::atomic<int64_t> writing_since_{0};
  // The same of the wait for room in the index.
  std::atomic<int64_t> waiting_since_{0};
  // The deciding thread's own: where the log will end once all that was decided is written, and the
  // latest groups, of which some may still be on their way to the disk.
  absl::Time last_time_;
  Position decided_head_;
  std::deque<std::shared_ptr<const CommitGroup>> recent_groups_;

  mutable Mutex mutex_;
  CondVar changed_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  // What is decided and waits for the write before it.
  std::optional<Decided> waiting_ ABSL_GUARDED_BY(mutex_);
  bool decided_all_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread decider_;
  std::thread writer_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMITTER_H_
