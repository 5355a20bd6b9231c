#include "services/timeline/folds/policy_roots.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

namespace chipline::timeline {
namespace {

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

}  // namespace

// The bands of one unit. Each root's are united into islands. A band overlaps islands of a root
// that follow each other, so their number less that of the straits between them is 1.
class RootCounts::Unit {
 public:
  // In order of root.
  void Add(uint32_t root, Interval interval) {
    if (root_ != root) Close();
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
  std::optional<uint32_t> root_;
  std::vector<Interval> of_root_;
  std::vector<Int128> lows_;
  std::vector<Int128> highs_;
  // From the end of one island to the start of the next of the same root.
  std::vector<Interval> straits_;
};

RootCounts::Interval RootCounts::IntervalOf(const Band& band) {
  static constexpr Int128 kFar = Int128{1} << 126;
  return {band.low().value_or(-kFar), band.high().value_or(kFar)};
}

void RootCounts::Cover::Add(Interval interval) {
  auto next = islands_.upper_bound(interval.low);
  if (next != islands_.begin() && std::prev(next)->second >= interval.low) --next;
  while (next != islands_.end() && next->first <= interval.high) {
    interval.low = std::min(interval.low, next->first);
    interval.high = std::max(interval.high, next->second);
    next = islands_.erase(next);
  }
  islands_.emplace_hint(next, interval.low, interval.high);
}

bool RootCounts::Cover::Overlaps(Interval interval) const {
  const auto after = islands_.upper_bound(interval.high);
  return after != islands_.begin() && std::prev(after)->second >= interval.low;
}

void RootCounts::Add(const RootedBand& band) {
  places_.push_back({IntervalOf(band.band), units_.Of(band.unit), roots_.Of(band.root),
                     band.band.Empty(), !band.root.empty()});
}

void RootCounts::Change(size_t at, const Band& band) {
  places_[at].interval = IntervalOf(band);
  places_[at].empty = band.Empty();
  changed_ = true;
}

void RootCounts::Remove(size_t at) {
  if (places_[at].empty) return;
  if (at < counts_.size() && !changed_) CountOut(at);
  places_[at].empty = true;
}

const std::vector<uint32_t>& RootCounts::Counts() {
  // Of few more each is counted in; that costs as much as some of them sorted with all the others.
  constexpr size_t kFew = 16;
  const size_t counted = counts_.size();
  if (changed_ || places_.size() > counted + kFew) {
    CountAll();
  } else {
    for (size_t at = counted; at < places_.size(); ++at) CountIn(at);
  }
  return counts_;
}

void RootCounts::CountAll() {
  counts_.assign(places_.size(), 0);
  covers_.clear();
  covered_ = 0;
  changed_ = false;
  std::vector<size_t> order;
  order.reserve(places_.size());
  for (size_t at = 0; at < places_.size(); ++at) {
    if (!places_[at].empty) order.push_back(at);
  }
  std::sort(order.begin(), order.end(), [this](size_t a, size_t b) {
    return std::tie(places_[a].unit, places_[a].root) < std::tie(places_[b].unit, places_[b].root);
  });
  for (size_t i = 0; i < order.size();) {
    const uint32_t number = places_[order[i]].unit;
    Unit unit;
    std::vector<std::pair<Interval, size_t>> queries;
    for (; i < order.size() && places_[order[i]].unit == number; ++i) {
      const Place& place = places_[order[i]];
      queries.emplace_back(place.interval, order[i]);
      if (place.rooted) unit.Add(place.root, place.interval);
    }
    unit.Close();
    unit.Count(std::move(queries), &counts_);
  }
}

void RootCounts::CoverUpTo(size_t at) {
  for (; covered_ < at; ++covered_) {
    const Place& place = places_[covered_];
    if (place.rooted && !place.empty) covers_[{place.unit, place.root}].Add(place.interval);
  }
}

void RootCounts::CountOut(size_t at) {
  Place& removed = places_[at];
  counts_[at] = 0;
  removed.empty = true;
  if (!removed.rooted) return;
  // Of the same root, what is counted already, and what the covers hold.
  Cover rest;
  Cover covered;
  for (size_t i = 0; i < counts_.size(); ++i) {
    const Place& place = places_[i];
    if (place.empty || place.unit != removed.unit || place.root != removed.root) continue;
    rest.Add(place.interval);
    if (i < covered_) covered.Add(place.interval);
  }
  if (at < covered_) covers_[{removed.unit, removed.root}] = std::move(covered);
  for (size_t i = 0; i < counts_.size(); ++i) {
    const Place& place = places_[i];
    if (place.empty || place.unit != removed.unit) continue;
    const bool overlapped =
        place.interval.low <= removed.interval.high && removed.interval.low <= place.interval.high;
    if (overlapped && !rest.Overlaps(place.interval)) --counts_[i];
  }
}

void RootCounts::CountIn(size_t at) {
  CoverUpTo(at);
  counts_.push_back(0);
  const Place& added = places_[at];
  if (added.empty) return;
  const Cover* cover = added.rooted ? &covers_[{added.unit, added.root}] : nullptr;
  std::vector<bool> seen(roots_.size(), false);
  const auto see = [&](const Place& place) {
    if (!place.rooted || seen[place.root]) return;
    seen[place.root] = true;
    ++counts_[at];
  };
  see(added);
  for (size_t i = 0; i < at; ++i) {
    const Place& place = places_[i];
    if (place.unit != added.unit || !Overlap(place, added)) continue;
    see(place);
    if (cover != nullptr && !cover->Overlaps(place.interval)) ++counts_[i];
  }
}

}  // namespace chipline::timeline
