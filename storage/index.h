#ifndef CHIPLINE_STORAGE_INDEX_H_
#define CHIPLINE_STORAGE_INDEX_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/event_store.h"
#include "storage/filter.h"
#include "storage/index_chunk.h"
#include "storage/index_store.h"
#include "storage/mutex.h"
#include "storage/position.h"

namespace chipline::storage {

// The state of the index.
struct IndexState {
  // OK. UNAVAILABLE, reason INDEX_REBUILDING, with RetryInfo, while it is built from the log or its
  // disk fails.
  absl::Status status;
  // While it is being built: how many events of the log are in it, and how many there will be.
  Position built = 0;
  Position target = 0;
  // Since the start: how often it was deleted and rebuilt from the log, and how often it was opened
  // again after a failure.
  uint64_t rebuilds = 0;
  uint64_t reopened = 0;
  // Why, the last time.
  std::string cause;
};

// Where events that match a filter may be.
struct Candidates {
  // All that match, and some that do not if a pattern has a wildcard before its end. None if the
  // filter does not narrow the search, or the chunk is not in the index.
  std::optional<Offsets> offsets;
  // The cost of finding them, in rows; see limits::kScanStepRows.
  size_t rows = 0;
};

// What an index is made of. `events` must outlive it.
struct IndexParts {
  const EventStore* events = nullptr;
  std::unique_ptr<IndexStore> store;
  // Where the log ends.
  Position head = 0;
  // Syncs the log and returns the position up to which it is synced. Null if every commit is
  // synced; Synced then reports the position.
  std::function<absl::StatusOr<Position>()> sync;
  // Called once, when the index has all of the log for the first time, before status() is OK.
  // Called again if it returns an error. May be null.
  std::function<absl::Status()> on_complete;
};

// Where things are in the log: event ids, latest events of subjects, and posting lists of facets.
// The chunk that is being filled and full chunks that are not written yet are in memory. The rest
// is in an IndexStore. A thread of this class writes it after the commits, and never past what the
// log has synced.
//
// The index is derived from the log and never overrules it. If the store is damaged, ahead of the
// log or fails, the same thread reopens or rebuilds it. Meanwhile calls that must know whether an
// id is in the log get UNAVAILABLE, reason INDEX_REBUILDING. Filters work without the index, but
// slower.
//
// Thread-safe, with one caller of Add at a time.
class Index {
 public:
  explicit Index(IndexParts parts);
  // Writes the chunks that are full and synced, if the disk accepts them.
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // Opens the store and reads what the log has beyond it. If that is little, it is done when this
  // returns. Otherwise, or if the disk fails, a thread continues. Call it once.
  void Start();

  // OK, or why appends cannot be decided now. See IndexState.
  absl::Status status() const;
  IndexState state() const;
  // The position up to which events are in the store.
  Position stored_position() const { return store_->position(); }
  // The store, for checks.
  const IndexStore& store() const { return *store_; }

  // Adds the next events, which may not be in the log yet. Only while status() is OK.
  void Add(const std::vector<IndexedEvent>& events);
  // Waits until there is room for more, at most for `timeout` and while status() is OK.
  void WaitForRoom(absl::Duration timeout);
  // OK; status() if it is not OK; UNAVAILABLE, reason OVERLOADED, with RetryInfo, if there is no
  // room.
  absl::Status CheckRoom() const;
  // Tells that the log is synced up to this position.
  void Synced(Position position);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  // Revision 0 if the subject has no event.
  absl::StatusOr<Head> FindHead(std::string_view subject) const;

  // Where matches may be among the positions from..to, which must be in one chunk.
  absl::StatusOr<Candidates> FindCandidates(const Filter& filter, Position from, Position to) const;

  // Where stored blocks begin among the positions from..to, which must be in one chunk. Empty for
  // chunks that are not in the index, or were written before this was kept.
  absl::StatusOr<Offsets> BlockStarts(Position from, Position to) const;

  // Subjects after `after` in byte order that begin with `prefix`, as they were when the log ended
  // at `head`, at most `limit`; fewer only if there are no more. While it copies them it holds the
  // lock that Add needs.
  absl::StatusOr<HeadRows> Heads(std::string_view prefix, std::string_view after, size_t limit,
                                 Position head) const;

 private:
  // How long to wait before the next try after the disk failed. Callers are told the same.
  static constexpr absl::Duration kRetryDelay = absl::Seconds(1);

  // The full chunk with this number if it is still in memory.
  std::shared_ptr<const IndexChunk> FullChunk(uint64_t number) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<const IndexChunk>> FullChunks() const;
  // None if the chunk is neither in memory nor in the store.
  absl::StatusOr<std::optional<Offsets>> Postings(std::string_view facet, Position from,
                                                  Position to) const;
  // What `read` returns for the store, if during the whole read the store has all chunks before
  // those in memory.
  template <typename Read>
  auto FromStore(const Read& read) const -> decltype(read(std::declval<const IndexStore&>()));
  // An error of the store. Hands damage over to the thread.
  absl::Status Checked(const absl::Status& status) const;

  // The thread: until the index is closed.
  void Run();
  // Brings the store to where memory begins, and memory to the end of the log.
  absl::Status Prepare();
  absl::Status OpenStore();
  // Writes chunks when they are full and synced. OK once the index is closed.
  absl::Status Follow();
  // The next chunk to write; null once the index is closed and there is none. DATA_LOSS if a reader
  // found damage.
  absl::StatusOr<std::shared_ptr<const IndexChunk>> NextToWrite();
  // Records why the store cannot continue, and decides what to do about it.
  void Failed(const absl::Status& status);
  // Writes the chunks of the log that are neither in the store nor in memory.
  absl::Status Build();
  // Reads the last chunk of the log into memory, and tells that the index is complete. Each once.
  absl::Status Fill();
  bool filled_at_start() const;
  // The first position in memory, now or later.
  Position MemoryBegin() const;
  Position synced() const;
  void Rest();
  bool closed() const;

  const EventStore& events_;
  const std::unique_ptr<IndexStore> store_;
  const std::function<absl::StatusOr<Position>()> sync_;
  const std::function<absl::Status()> on_complete_;
  // Where the log ended at the start.
  const Position initial_head_;

  // Used by the thread only.
  bool store_open_ = false;
  bool told_complete_ = false;
  // Consecutive failures.
  int failures_ = 0;
  // Why the store must be deleted; empty if it need not.
  std::string anew_;

  mutable Mutex mutex_;
  mutable CondVar changed_;
  // The chunk being filled. Only Add changes it, once the index is complete.
  std::unique_ptr<IndexChunk> filling_ ABSL_GUARDED_BY(mutex_);
  // Whether filling_ has what the log had at the start.
  bool filled_ ABSL_GUARDED_BY(mutex_) = false;
  // Oldest first.
  std::deque<std::shared_ptr<const IndexChunk>> full_ ABSL_GUARDED_BY(mutex_);
  Position synced_ ABSL_GUARDED_BY(mutex_);
  // The store and memory together have the whole log.
  bool complete_ ABSL_GUARDED_BY(mutex_) = false;
  // A reader found damage in the store.
  mutable bool damaged_ ABSL_GUARDED_BY(mutex_) = false;
  // `status` is the error of the store, while it fails.
  IndexState state_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_H_
