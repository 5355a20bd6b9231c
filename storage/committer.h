#ifndef CHIPLINE_STORAGE_COMMITTER_H_
#define CHIPLINE_STORAGE_COMMITTER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/commit_group.h"
#include "storage/event_rules.h"
#include "storage/event_store.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/log_reader.h"
#include "storage/mutex.h"
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
};

// The only writer of the log. On a thread of its own takes what the sequencer delivers, in order;
// decides duplicate, conflict or accepted from the command and the log alone; writes a group with
// one synced write; then publishes it and answers. While one group syncs the next one forms.
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
  void Run();
  void Commit(std::vector<Sequenced> sequenced);
  Outcome Apply(const v1::Command& command, CommitGroup& group);
  Outcome ApplyAppend(const v1::Append& append, absl::Time time, CommitGroup& group);
  Outcome ApplyCursor(const v1::CursorChange& change, absl::Time time, CommitGroup& group);

  // Where each event already is; position 0 if it is new. ALREADY_EXISTS if one is there with other
  // content, or only some are there.
  absl::StatusOr<std::vector<Position>> FindDuplicates(const v1::Append& append,
                                                       const CommitGroup& group) const;
  absl::StatusOr<Outcome> AnswerDuplicates(const std::vector<Position>& positions,
                                           const CommitGroup& group) const;
  absl::Status CheckPreconditions(const v1::Append& append) const;
  Outcome Accept(const v1::Append& append, absl::Time time, CommitGroup& group);
  void Latch(const absl::Status& cause);

  const CommitterParts parts_;
  const bool sync_;
  Counters counters_;
  // The committer thread's own.
  absl::Time last_time_;

  mutable Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMITTER_H_
