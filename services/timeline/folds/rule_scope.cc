#include "services/timeline/folds/rule_scope.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace chipline::timeline {
namespace {

// Up to that many are put in their place one by one, and more are sorted with all.
constexpr std::ptrdiff_t kFew = 8;

bool Later(const RuleClaim* a, const RuleClaim* b) { return a->day() > b->day(); }

bool Precedes(const RuleClaim* a, const RuleClaim* b) { return !PrecedesOnSameDay(*a, *b).empty(); }

void CountRoots(std::span<RuleClaim*> claims) {
  if (claims.size() == 1) {
    claims.front()->roots = 1;
    return;
  }
  absl::flat_hash_map<std::pair<int, int>, absl::flat_hash_set<std::string_view>> roots;
  const auto said = [](const RuleClaim& claim) {
    return std::pair<int, int>(claim.rule().effect(), claim.gate);
  };
  for (const RuleClaim* claim : claims) {
    if (!claim->claim->root.empty()) roots[said(*claim)].insert(claim->claim->root);
  }
  for (RuleClaim* claim : claims) {
    claim->roots = std::max<uint32_t>(1, static_cast<uint32_t>(roots[said(*claim)].size()));
  }
}

// Of one day. What was there before is mostly in order, with the new ones behind it.
void Order(std::span<RuleClaim*> claims) {
  CountRoots(claims);
  auto next = std::is_sorted_until(claims.begin(), claims.end(), Precedes);
  if (claims.end() - next > kFew) return std::sort(claims.begin(), claims.end(), Precedes);
  for (; next != claims.end(); ++next) {
    std::rotate(std::upper_bound(claims.begin(), next, *next, Precedes), next, next + 1);
  }
}

}  // namespace

// Behind the others of their days.
void RuleScope::Insert() {
  if (static_cast<std::ptrdiff_t>(added_.size()) > kFew) {
    claims_.insert(claims_.end(), added_.begin(), added_.end());
    std::stable_sort(claims_.begin(), claims_.end(), Later);
  } else {
    for (RuleClaim* claim : added_) {
      claims_.insert(std::upper_bound(claims_.begin(), claims_.end(), claim, Later), claim);
    }
  }
}

std::span<RuleClaim*> RuleScope::OfDay(CivilDay day) {
  const auto first = std::partition_point(claims_.begin(), claims_.end(),
                                          [&](const RuleClaim* each) { return each->day() > day; });
  const auto end = std::partition_point(first, claims_.end(),
                                        [&](const RuleClaim* each) { return each->day() == day; });
  return {first, end};
}

void RuleScope::Note(const RuleClaim& claim) {
  strongest_ = std::min(strongest_, claim.authority());
  plain_ = plain_ && claim.wording.empty();
}

CivilDay RuleScope::Settle() {
  std::vector<CivilDay> days;
  for (const RuleClaim* claim : removed_) days.push_back(claim->day());
  for (const RuleClaim* claim : added_) days.push_back(claim->day());
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  if (!removed_.empty()) {
    std::erase_if(claims_, [&](const RuleClaim* claim) { return removed_.contains(claim); });
    strongest_ = Authority::kOther;
    plain_ = true;
    for (const RuleClaim* claim : claims_) Note(*claim);
  }
  for (const RuleClaim* claim : added_) Note(*claim);
  Insert();
  added_.clear();
  removed_.clear();
  CivilDay changed = kNever;
  for (const CivilDay day : days) {
    const std::span<RuleClaim*> of_day = OfDay(day);
    if (!of_day.empty()) Order(of_day);
    for (const RuleClaim* each : of_day) changed = std::min(changed, each->course.First());
  }
  // What is the only claim says so.
  if ((settled_size_ == 1) != (claims_.size() == 1)) changed = std::min(changed, First());
  settled_size_ = claims_.size();
  return changed;
}

CivilDay RuleScope::First() const {
  CivilDay first = kNever;
  for (const RuleClaim* each : claims_) first = std::min(first, each->course.First());
  return first;
}

}  // namespace chipline::timeline
