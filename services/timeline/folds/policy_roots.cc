#include "services/timeline/folds/policy_roots.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace chipline::timeline {
namespace {

// A closed interval; open ends are as far as a number goes.
struct Interval {
  Int128 low;
  Int128 high;
};

Interval IntervalOf(const Band& band) {
  static constexpr Int128 kFar = Int128{1} << 126;
  return {band.low().value_or(-kFar), band.high().value_or(kFar)};
}

// Counts how many of some numbers are at least another one, while numbers are added.
class Counter {
 public:
  // `all` that will be added.
  explicit Counter(std::vector<Int128> all) : sorted_(std::move(all)) {
    std::sort(sorted_.begin(), sorted_.end());
    sums_.resize(sorted_.size() + 1);
  }

  void Add(Int128 number) {
    ++added_;
    for (size_t i = Below(number) + 1; i < sums_.size(); i += i & (~i + 1)) ++sums_[i];
  }
  size_t AtLeast(Int128 number) const {
    size_t below = 0;
    for (size_t i = Below(number); i > 0; i -= i & (~i + 1)) below += sums_[i];
    return added_ - below;
  }

 private:
  size_t Below(Int128 number) const {
    return static_cast<size_t>(std::lower_bound(sorted_.begin(), sorted_.end(), number) -
                               sorted_.begin());
  }

  std::vector<Int128> sorted_;
  // A Fenwick tree over sorted_.
  std::vector<size_t> sums_;
  size_t added_ = 0;
};

// The bands of one unit. Each root's are united into islands. A band overlaps islands of a root
// that follow each other, so their number less that of the straits between them is 1.
class Unit {
 public:
  // In order of root.
  void Add(std::string_view root, Interval interval) {
    if (root != root_) Close();
    root_ = root;
    of_root_.push_back(interval);
  }

  void Close() {
    std::sort(of_root_.begin(), of_root_.end(),
              [](const Interval& a, const Interval& b) { return a.low < b.low; });
    for (size_t i = 0; i < of_root_.size();) {
      Interval island = of_root_[i++];
      while (i < of_root_.size() && of_root_[i].low <= island.high) {
        island.high = std::max(island.high, of_root_[i++].high);
      }
      lows_.push_back(island.low);
      highs_.push_back(island.high);
      if (i < of_root_.size()) straits_.push_back({island.high, of_root_[i].low});
    }
    of_root_.clear();
  }

  // Sets count[i] for the query i.
  void Count(std::vector<std::pair<Interval, size_t>> queries, std::vector<uint32_t>* counts) {
    std::sort(lows_.begin(), lows_.end());
    std::sort(highs_.begin(), highs_.end());
    std::sort(straits_.begin(), straits_.end(),
              [](const Interval& a, const Interval& b) { return a.high < b.high; });
    std::sort(queries.begin(), queries.end(),
              [](const auto& a, const auto& b) { return a.first.high < b.first.high; });
    std::vector<Int128> shores;
    for (const Interval& strait : straits_) shores.push_back(strait.low);
    Counter inside(std::move(shores));
    auto strait = straits_.begin();
    for (const auto& [query, at] : queries) {
      for (; strait != straits_.end() && strait->high <= query.high; ++strait) {
        inside.Add(strait->low);
      }
      const auto begun = std::upper_bound(lows_.begin(), lows_.end(), query.high) - lows_.begin();
      const auto over = std::lower_bound(highs_.begin(), highs_.end(), query.low) - highs_.begin();
      (*counts)[at] =
          static_cast<uint32_t>(static_cast<size_t>(begun - over) - inside.AtLeast(query.low));
    }
  }

 private:
  std::string_view root_;
  std::vector<Interval> of_root_;
  std::vector<Int128> lows_;
  std::vector<Int128> highs_;
  // From the end of one island to the start of the next of the same root.
  std::vector<Interval> straits_;
};

// Numbers names as they come.
class Numbers {
 public:
  uint32_t Of(std::string_view name) {
    return numbers_.try_emplace(name, static_cast<uint32_t>(numbers_.size())).first->second;
  }

 private:
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;
};

}  // namespace

std::vector<uint32_t> AgreeingRoots(const std::vector<RootedBand>& bands) {
  std::vector<uint32_t> counts(bands.size());
  struct Place {
    uint32_t unit;
    uint32_t root;
    size_t band;
  };
  std::vector<Place> places;
  places.reserve(bands.size());
  Numbers units;
  Numbers roots;
  for (size_t i = 0; i < bands.size(); ++i) {
    if (bands[i].band.Empty()) continue;
    places.push_back({units.Of(bands[i].unit), roots.Of(bands[i].root), i});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.unit, a.root) < std::tie(b.unit, b.root);
  });
  for (size_t i = 0; i < places.size();) {
    const uint32_t number = places[i].unit;
    Unit unit;
    std::vector<std::pair<Interval, size_t>> queries;
    for (; i < places.size() && places[i].unit == number; ++i) {
      const RootedBand& each = bands[places[i].band];
      queries.emplace_back(IntervalOf(each.band), places[i].band);
      if (!each.root.empty()) unit.Add(each.root, queries.back().first);
    }
    unit.Close();
    unit.Count(std::move(queries), &counts);
  }
  return counts;
}

}  // namespace chipline::timeline
