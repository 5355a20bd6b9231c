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

// How the index does.
struct IndexState {
  // OK; or UNAVAILABLE, reason INDEX_REBUILDING, with RetryInfo, while it is being made from the
  // log or its disk fails.
  absl::Status status;
  // While it is being made: the events of the log that are in it, and how many there will be.
  Position built = 0;
  Position target = 0;
  // Since the start: how often it was deleted and made anew from the log, and how often it was
  // opened again after a failure.
  uint64_t rebuilds = 0;
  uint64_t reopened = 0;
  // Why it was, the last time.
  std::string cause;
};

// Where matches of a filter may be.
struct Candidates {
  // All that match, and some that do not where a pattern has a wildcard before its end. None if the
  // filter narrows nothing there, or the chunk is not in the index.
  std::optional<Offsets> offsets;
  // What it took to find them, in rows; see limits::kScanStepRows.
  size_t rows = 0;
};

// What an index is made of. `events` must outlive it.
struct IndexParts {
  const EventStore* events = nullptr;
  std::unique_ptr<IndexStore> store;
  // Where the log ends.
  Position head = 0;
  // Makes the log durable and returns up to where. Null if every commit is synced, which is then
  // told by Synced.
  std::function<absl::StatusOr<Position>()> sync;
  // Called once, when the index first has all of the log, before status() is OK. An error is tried
  // again. May be null.
  std::function<absl::Status()> on_complete;
};

// Where things are in the log: event ids, subject heads, and posting lists of facets. The chunk
// being filled and full chunks not yet written are in memory, the rest in an IndexStore, which a
// thread of this class writes behind the commits, and never past what the log has synced.
//
// It is derived from the log and decides nothing over it: a store that is damaged, ahead of the log
// or fails is opened again or made anew by the same thread. Meanwhile what has to know whether an
// id is in the log gets UNAVAILABLE, reason INDEX_REBUILDING; filters go on without it, and slower.
//
// Thread-safe, with one caller of Add at a time.
class Index {
 public:
  explicit Index(IndexParts parts);
  // Writes the chunks that are full and synced, if the disk takes them.
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // Opens the store and reads what the log has beyond it. If that is not much it is done when this
  // returns; else, or if the disk fails, a thread goes on. To be called once.
  void Start();

  // OK, or why appends cannot be decided now. See IndexState.
  absl::Status status() const;
  IndexState state() const;
  // The position up to which the store reaches.
  Position stored_position() const { return store_->position(); }
  // What is on disk, for checks.
  const IndexStore& store() const { return *store_; }

  // Adds the next events, which need not be in the log yet. Only while status() is OK.
  void Add(const std::vector<IndexedEvent>& events);
  // Waits until there is room for more, `timeout` at most, and no longer than status() is OK.
  void WaitForRoom(absl::Duration timeout);
  // OK; status() if it is not OK; UNAVAILABLE, reason OVERLOADED, with RetryInfo, if there is no
  // room.
  absl::Status CheckRoom() const;
  // The log is synced up to here.
  void Synced(Position position);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  // Revision 0 if the subject has no event.
  absl::StatusOr<Head> FindHead(std::string_view subject) const;

  // Positions from..to, which must be in one chunk, that may match.
  absl::StatusOr<Candidates> FindCandidates(const Filter& filter, Position from, Position to) const;

  // Where stored blocks begin among the positions from..to, which must be in one chunk. Empty of
  // chunks that are not in the index or were written before this was kept.
  absl::StatusOr<Offsets> BlockStarts(Position from, Position to) const;

  // Subjects after `after` in byte order that start with `prefix`, as they were when the log ended
  // at `head`, at most `limit`; fewer only if there are no more. The lock that Add needs is held
  // for as long as it takes to copy so many.
  absl::StatusOr<HeadRows> Heads(std::string_view prefix, std::string_view after, size_t limit,
                                 Position head) const;

 private:
  // How long to wait before trying again after the disk failed, and what callers are told.
  static constexpr absl::Duration kRetryDelay = absl::Seconds(1);

  // The full chunk with this number if it is still in memory.
  std::shared_ptr<const IndexChunk> FullChunk(uint64_t number) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<const IndexChunk>> FullChunks() const;
  // None if the chunk is neither in memory nor in the store.
  absl::StatusOr<std::optional<Offsets>> Postings(std::string_view facet, Position from,
                                                  Position to) const;
  // What `read` gives of the store, if the store has all chunks before memory all the while.
  template <typename Read>
  auto FromStore(const Read& read) const -> decltype(read(std::declval<const IndexStore&>()));
  // An error of the store; damage is handed to the thread.
  absl::Status Checked(const absl::Status& status) const;

  // The thread: until the index is closed.
  void Run();
  // Brings the store to where memory begins, and memory to the end of the log.
  absl::Status Prepare();
  absl::Status OpenStore();
  // Writes chunks as they get full and synced. OK once the index is closed.
  absl::Status Follow();
  // The next chunk to write; null once the index is closed and there is none. DATA_LOSS if a reader
  // met damage.
  absl::StatusOr<std::shared_ptr<const IndexChunk>> NextToWrite();
  // Notes why the store cannot go on as it is, and what to do about it.
  void Failed(const absl::Status& status);
  // Writes the chunks of the log that are neither in the store nor in memory.
  absl::Status Build();
  // Reads the chunk that the log ends in into memory, and tells that all is there. Each once.
  absl::Status Fill();
  bool filled_at_start() const;
  // The first position in memory, or where that will be.
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

  // The thread's own.
  bool store_open_ = false;
  bool told_complete_ = false;
  // In a row.
  int failures_ = 0;
  // Why the store is to be deleted; empty if it is not.
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
  // The store and memory together have all of the log.
  bool complete_ ABSL_GUARDED_BY(mutex_) = false;
  // A reader met damage in the store.
  mutable bool damaged_ ABSL_GUARDED_BY(mutex_) = false;
  // `status` is why the store failed, while it does.
  IndexState state_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_H_
