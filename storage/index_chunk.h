#ifndef CHIPLINE_STORAGE_INDEX_CHUNK_H_
#define CHIPLINE_STORAGE_INDEX_CHUNK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"

#include "storage/limits.h"
#include "storage/position.h"

namespace chipline::storage {

// What the index keeps of an event.
struct IndexedEvent {
  Position position = 0;
  std::string_view event_id;
  std::string_view subject;
  Revision revision = 0;
  std::vector<std::string_view> entities;
  // A stored block begins with it.
  bool begins_block = false;
};

// A subject's latest event.
struct Head {
  Revision revision = 0;
  Position position = 0;
};

// Subjects with their heads, in byte order.
using HeadRows = std::vector<std::pair<std::string, Head>>;

// Offsets in a chunk, ascending, without repeats.
using Offsets = std::vector<uint16_t>;

// The index of kIndexChunkEvents consecutive positions, in memory. Chunk n has the positions that
// give n when divided by kIndexChunkEvents. It only grows. Not thread-safe; constant once it is
// full.
class IndexChunk {
 public:
  explicit IndexChunk(uint64_t number) : number_(number) {}

  static uint64_t NumberOf(Position position) { return position / limits::kIndexChunkEvents; }
  static uint16_t OffsetOf(Position position) {
    static_assert(limits::kIndexChunkEvents == 1 << 16);
    return static_cast<uint16_t>(position % limits::kIndexChunkEvents);
  }

  // Adds the next event of the chunk.
  void Add(const IndexedEvent& event);

  uint64_t number() const { return number_; }
  // The last position added; 0 if none was.
  Position last() const { return last_; }
  bool full() const { return last_ == (number_ + 1) * limits::kIndexChunkEvents - 1; }

  std::optional<Position> Find(std::string_view event_id) const;
  std::optional<Head> FindHead(std::string_view subject) const;
  // Subjects after `after` in byte order that begin with `prefix`, as they were when the log ended
  // at `head`, at most `limit`. The cost is that of the result and of the subjects that were new
  // after `head`.
  HeadRows Heads(std::string_view prefix, std::string_view after, size_t limit,
                 Position head) const;
  // Empty if the chunk has none.
  const Offsets& Postings(std::string_view facet) const;

  const absl::flat_hash_map<std::string, Position>& ids() const { return ids_; }
  const absl::node_hash_map<std::string, Head>& heads() const { return heads_; }
  const absl::flat_hash_map<std::string, Offsets>& postings() const { return postings_; }

 private:
  // The subject's head when the log ended at `head`, if that was in this chunk.
  std::optional<Head> HeadUpTo(std::string_view subject, const Head& latest, Position head) const;

  const uint64_t number_;
  Position last_ = 0;
  absl::flat_hash_map<std::string, Position> ids_;
  absl::node_hash_map<std::string, Head> heads_;
  // The rows of heads_ in order. Their addresses do not change.
  absl::btree_map<std::string_view, const Head*> sorted_heads_;
  absl::flat_hash_map<std::string, Offsets> postings_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_CHUNK_H_
