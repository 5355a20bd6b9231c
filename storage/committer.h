#ifndef CHIPLINE_STORAGE_COMMITTER_H_
#define CHIPLINE_STORAGE_COMMITTER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "storage/applier.h"
#include "storage/commit_figures.h"
#include "storage/commit_progress.h"
#include "storage/digest.h"
#include "storage/directory.h"
#include "storage/event_store.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/mutex.h"
#include "storage/room.h"
#include "storage/sequencer.h"
#include "storage/tail.h"

namespace chipline::storage {

// What a committer works on. All must outlive it.
struct CommitterParts {
  Sequencer& sequencer;
  Applier& applier;
  EventStore& events;
  Index& index;
  Tail& tail;
  HighWater& high_water;
  const Directory& directory;
  const Room& room;
};

// The only writer of the log: a pipeline of two threads. The first takes commands from the
// sequencer, in order, and lets the applier decide them. The second writes what one round accepted
// with one synced write, publishes it and answers the callers. So while one group syncs, the next
// one is decided and a further one forms. Answers are given in the order of the commands, and only
// when everything that an answer depends on is on disk.
//
// After a failed write it is not known what is on disk. The committer then refuses everything until
// the log is opened again, and tells callers to retry with the same ids. It does the same if it
// cannot decide a command of a shared order: it writes nothing of that round and nothing after it,
// since the other nodes have decided it.
class Committer {
 public:
  // `digest`: for a shared order, the digest of what was applied so far. None for the order of this
  // process.
  Committer(const CommitterParts& parts, std::optional<RunningDigest> digest, bool sync);
  // Commits what the sequencer still has. The sequencer must be closed.
  ~Committer();

  // OK, or why it refuses everything. Thread-safe.
  absl::Status health() const;
  // Refuses everything from now on, because the log cannot continue. Thread-safe.
  void Fail(const absl::Status& cause) { Latch(kWriteFailed, cause); }
  // The same, because this node must not decide differently from the others.
  void Halt(const absl::Status& cause) { Latch(kUndecided, cause); }
  // Whether it refuses everything because this node can no longer follow the shared order.
  bool halted() const { return halted_.load(std::memory_order_relaxed); }
  // How long the current write, or the wait for room in the index or on the disk, has taken; zero
  // if there is none. A disk that hangs shows here long before it fails. Thread-safe.
  absl::Duration writing_for() const;
  const CommitFigures& figures() const { return figures_; }
  // Whether its threads work and make progress. Does not wait for the disk. Thread-safe.
  CommitProgress progress() const;
  // Writes since the start. Thread-safe.
  uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  // The sequence of the last message of a shared order that is in the log; 0 if none was applied
  // since the start. Thread-safe.
  uint64_t sequence() const { return sequence_.load(std::memory_order_relaxed); }
  // The same for the last message whose effect survives a crash. The rows of a message that changes
  // nothing else wait for the next write.
  uint64_t kept_sequence() const { return kept_sequence_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::string_view kWriteFailed =
      "a write to the log failed, and what is on disk is not known until the server is started "
      "again; then send the same again with the same ids. ";
  static constexpr std::string_view kUndecided =
      "this node cannot decide what the others have decided, and takes nothing more until it is "
      "started again; send the same again, here or to another node, with the same ids. ";

  // A round of commands, decided.
  struct Decided {
    std::vector<Sequenced> sequenced;
    std::vector<Outcome> outcomes;
    CommitWrite write;
    // When its last append was recorded.
    absl::Time time;
    uint64_t sequence = 0;
  };

  void DecideAll();
  void WriteAll();
  // Waits until there is room for a round, or as long as appends may wait. An error if a shared
  // order was closed meanwhile.
  absl::Status WaitForRoom();
  Decided Decide(Round round);
  // Decides one command. Latches if that is required and impossible.
  Outcome DecideOne(const Sequenced& sequenced, CommitGroup& group);
  void HandOver(Decided decided);
  void Write(Decided decided);
  // Keeps the rows of a write that nobody waits for, until the next write.
  void Defer(CommitWrite& write);
  void Latch(std::string_view what, const absl::Status& cause);
  void Step() { steps_.fetch_add(1, std::memory_order_relaxed); }

  const CommitterParts parts_;
  const bool sync_;
  CommitFigures figures_;
  std::atomic<uint64_t> commits_{0};
  std::atomic<uint64_t> sequence_{0};
  std::atomic<uint64_t> kept_sequence_{0};
  std::atomic<bool> halted_{false};
  // Nanoseconds of the steady clock when the write under way began; 0 if none is.
  std::atomic<int64_t> writing_since_{0};
  // The same of the wait for room in the index.
  std::atomic<int64_t> waiting_since_{0};
  std::atomic<uint64_t> steps_{0};
  // The kernel's number of each thread while it has a round; 0 while it waits for one.
  std::atomic<int> deciding_{0};
  std::atomic<int> writing_{0};
  // Used by the deciding thread only: where the log will end when everything decided is written.
  Position decided_head_;
  std::optional<RunningDigest> digest_;
  // Used by the writing thread only: rows that go with the next write. They are few, since refused
  // commands change the same ones each time.
  StateRows deferred_;

  mutable Mutex mutex_;
  CondVar changed_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  // Decided, and waiting for the write before it.
  std::optional<Decided> waiting_ ABSL_GUARDED_BY(mutex_);
  bool decided_all_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread decider_;
  std::thread writer_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_COMMITTER_H_
