#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/values/band.h"

namespace chipline::timeline {

// A figure as it is compared, and who published it first.
struct RootedBand {
  Band band;
  // Currency or unit. Bands in different ones never overlap.
  std::string_view unit;
  // Empty: not known.
  std::string_view root;
};

// For each band how many distinct known roots have a band that overlaps it, its own included, while
// bands are added. All at once in n log n, since an entry may have ten thousand claims that all say
// something else; one more in about n, while there are not many. Not thread-safe; movable.
class RootCounts {
 public:
  void Add(const RootedBand& band);
  // Of the band that was added as the `at`th.
  void Change(size_t at, const Band& band);

  // The band that was added as the `at`th counts no more; costs about n, while there are not many.
  void Remove(size_t at);

  // In the order in which they were added; 0 for an empty band, or one that was removed.
  const std::vector<uint32_t>& Counts();

  // Of two bands, by the order in which they were added.
  bool SameUnit(size_t a, size_t b) const { return places_[a].unit == places_[b].unit; }
  bool Overlap(size_t a, size_t b) const { return Overlap(places_[a], places_[b]); }

 private:
  // A closed interval; open ends are as far as a number goes.
  struct Interval {
    Int128 low;
    Int128 high;
  };
  // Numbers names as they come.
  class Numbers {
   public:
    uint32_t Of(std::string_view name) {
      return numbers_.try_emplace(name, static_cast<uint32_t>(numbers_.size())).first->second;
    }
    size_t size() const { return numbers_.size(); }

   private:
    absl::flat_hash_map<std::string_view, uint32_t> numbers_;
  };
  // What the bands of a root in a unit cover together.
  class Cover {
   public:
    void Add(Interval interval);
    bool Overlaps(Interval interval) const;

   private:
    // Ends by starts, apart from each other.
    std::map<Int128, Int128> islands_;
  };
  // By numbers.
  struct Place {
    Interval interval;
    uint32_t unit;
    uint32_t root;
    bool empty;
    bool rooted;
  };
  class Unit;

  static Interval IntervalOf(const Band& band);
  static bool Overlap(const Place& a, const Place& b) {
    return !a.empty && !b.empty && a.interval.low <= b.interval.high &&
           b.interval.low <= a.interval.high;
  }
  void CountAll();
  void CoverUpTo(size_t at);
  void CountIn(size_t at);
  void CountOut(size_t at);

  std::vector<Place> places_;
  std::vector<uint32_t> counts_;
  Numbers units_;
  Numbers roots_;
  // By unit and root, of the first `covered_` bands; only for what is counted in one by one.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, Cover> covers_;
  size_t covered_ = 0;
  bool changed_ = false;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_ROOTS_H_
