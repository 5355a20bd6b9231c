#include "services/timeline/folds/standing_rule.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace chipline::timeline {
namespace {

// The claims that may count on a day: nothing that surely holds is later than they are and speaks
// of the same.
struct Reached {
  // Surely hold. With different rule_ids, or a single one without.
  std::vector<const RuleClaim*> certain;
  // May hold.
  std::vector<const RuleClaim*> possible;
  // Both, the latest first.
  std::vector<const RuleClaim*> all;
};

Reached Reach(CivilDay day, std::span<const RuleClaim* const> claims) {
  Reached reached;
  // A claim without a rule_id may hold that would take the place of all older ones.
  bool shaded = false;
  // Of those that surely hold.
  absl::flat_hash_set<std::string_view> rule_ids;
  for (const RuleClaim* claim : claims) {
    const Presence presence = claim->course.At(day);
    if (presence == Presence::kAbsent) continue;
    const bool sure = presence == Presence::kCertain && !shaded;
    const bool replaced =
        claim->named() ? rule_ids.contains(claim->rule().rule_id()) : !reached.certain.empty();
    if (!replaced) {
      if (sure) rule_ids.insert(claim->rule().rule_id());
      (sure ? reached.certain : reached.possible).push_back(claim);
      reached.all.push_back(claim);
    }
    if (claim->named()) continue;
    if (presence == Presence::kCertain) break;
    shaded = shaded || replaced;
  }
  return reached;
}

const RuleClaim* Strictest(const std::vector<const RuleClaim*>& claims, CivilDay day) {
  const auto strictest =
      std::max_element(claims.begin(), claims.end(), [day](const RuleClaim* a, const RuleClaim* b) {
        return a->StrictnessOn(day) < b->StrictnessOn(day);
      });
  return strictest == claims.end() ? nullptr : *strictest;
}

// Whether the outcome is the same whichever of the possible claims hold.
bool SameEitherWay(const Reached& reached, CivilDay day) {
  if (reached.possible.empty()) return true;
  if (reached.certain.empty()) return false;
  const auto unnamed = [](const RuleClaim* claim) { return !claim->named(); };
  if (std::any_of(reached.all.begin(), reached.all.end(), unnamed)) {
    // One claim may take the place of all the others.
    return std::all_of(reached.all.begin(), reached.all.end(), [&](const RuleClaim* claim) {
      return claim->StrictnessOn(day) == reached.all.front()->StrictnessOn(day);
    });
  }
  // Each rule_id contributes the least or the most that its claims may say, or, if none of them is
  // sure to hold, perhaps nothing.
  absl::flat_hash_map<std::string_view, int> least;
  int most = std::numeric_limits<int>::min();
  for (const RuleClaim* claim : reached.certain)
    least[claim->rule().rule_id()] = claim->StrictnessOn(day);
  for (const RuleClaim* claim : reached.all) {
    most = std::max(most, claim->StrictnessOn(day));
    const auto slot = least.find(claim->rule().rule_id());
    if (slot != least.end()) slot->second = std::min(slot->second, claim->StrictnessOn(day));
  }
  return std::any_of(least.begin(), least.end(),
                     [&](const auto& slot) { return slot.second == most; });
}

}  // namespace

StandingRule StandingOn(CivilDay day, std::span<const RuleClaim* const> claims) {
  const Reached reached = Reach(day, claims);
  StandingRule standing;
  standing.certain = SameEitherWay(reached, day);
  if (!standing.certain) {
    standing.possible = reached.all;
    return standing;
  }
  standing.selected = Strictest(reached.certain, day);
  for (const RuleClaim* claim : reached.certain) {
    if (claim != standing.selected) standing.beside.push_back(claim);
  }
  return standing;
}

}  // namespace chipline::timeline
