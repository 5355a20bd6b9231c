#ifndef CHIPLINE_STORAGE_INDEX_H_
#define CHIPLINE_STORAGE_INDEX_H_

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "storage/filter.h"
#include "storage/index_chunk.h"
#include "storage/index_store.h"
#include "storage/mutex.h"
#include "storage/position.h"

namespace chipline::storage {

// Where things are in the log: event ids, subject heads, and posting lists of facets. The chunk
// being filled and full chunks not yet written are in memory, the rest in an IndexStore, which a
// thread of this class writes behind the commits. Thread-safe, with one caller of Add at a time.
class Index {
 public:
  // Goes on from where the store reaches; the caller adds what the log has beyond position().
  explicit Index(std::unique_ptr<IndexStore> store);
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // The position up to which the store reaches.
  Position stored_position() const { return stored_position_.load(std::memory_order_acquire); }

  // What is on disk, for checks.
  const IndexStore& store() const { return *store_; }

  // Adds the next events. Waits while too many full chunks are still to be written.
  void Add(const std::vector<IndexedEvent>& events);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  // Revision 0 if the subject has no event.
  absl::StatusOr<Head> FindHead(std::string_view subject) const;

  // Positions from..to, which must be in one chunk, that may match: all that do, and some that do
  // not where a pattern has a wildcard before its end. None if the filter narrows nothing here.
  absl::StatusOr<std::optional<Offsets>> Candidates(const Filter& filter, Position from,
                                                    Position to) const;

  // Where stored blocks begin among the positions from..to, which must be in one chunk. Empty of
  // chunks that were written before this was kept.
  absl::StatusOr<Offsets> BlockStarts(Position from, Position to) const;

  // Subjects after `after` in byte order that fit the pattern (empty: all), at most `limit`.
  absl::StatusOr<std::vector<std::pair<std::string, Head>>> Subjects(std::string_view pattern,
                                                                     std::string_view after,
                                                                     size_t limit) const;

 private:
  // The full chunk with this number if it is still in memory.
  std::shared_ptr<const IndexChunk> FullChunk(uint64_t number) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<const IndexChunk>> FullChunks() const;
  absl::StatusOr<Offsets> Postings(std::string_view facet, Position from, Position to) const;
  // Heads in memory whose subject starts with `prefix`, the latest of each.
  std::map<std::string, Head> RecentHeads(std::string_view prefix) const;
  void WriteBehind();

  const std::unique_ptr<IndexStore> store_;
  std::atomic<Position> stored_position_;

  mutable Mutex mutex_;
  CondVar changed_;
  // The chunk being filled. Only Add changes it.
  std::unique_ptr<IndexChunk> filling_ ABSL_GUARDED_BY(mutex_);
  // Oldest first.
  std::deque<std::shared_ptr<const IndexChunk>> full_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_H_
