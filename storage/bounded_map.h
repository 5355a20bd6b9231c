#ifndef CHIPLINE_STORAGE_BOUNDED_MAP_H_
#define CHIPLINE_STORAGE_BOUNDED_MAP_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace chipline::storage {

// A number for each name when there may be more names than memory holds. It keeps hashes of names,
// at most `max` of them, in a range of hashes. The range starts as all hashes, and is halved when
// there are too many. The names outside it need a further pass over the same names, with the next
// range. Not thread-safe.
class BoundedMap {
 public:
  explicit BoundedMap(size_t max) : max_(max) {}

  // Whether this pass covers the name.
  bool Covers(uint64_t hash) const { return !done_ && hash >= from_ && hash <= to_; }

  // Sets the number of a name that this pass covers. Returns the number that it had, or 0.
  uint64_t Exchange(uint64_t hash, uint64_t number) {
    const uint64_t had = std::exchange(numbers_[hash], number);
    while (numbers_.size() > max_ && to_ > from_) {
      to_ = from_ + (to_ - from_) / 2;
      absl::erase_if(numbers_, [this](const auto& entry) { return entry.first > to_; });
    }
    return had;
  }

  // Call after each pass. False if it was the last.
  bool NextRange() {
    numbers_.clear();
    if (done_ || to_ == std::numeric_limits<uint64_t>::max()) {
      done_ = true;
      return false;
    }
    from_ = to_ + 1;
    to_ = std::numeric_limits<uint64_t>::max();
    return true;
  }

 private:
  const size_t max_;
  uint64_t from_ = 0;
  uint64_t to_ = std::numeric_limits<uint64_t>::max();
  bool done_ = false;
  absl::flat_hash_map<uint64_t, uint64_t> numbers_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_BOUNDED_MAP_H_
