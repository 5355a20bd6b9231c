#include "services/timeline/folds/standing_rule.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/gates.h"

namespace chipline::timeline {
namespace {

// The most authority with which something was said; nobody said it: none.
class Strongest {
 public:
  void Note(Authority said) { strongest_ = strongest_ ? std::min(*strongest_, said) : said; }
  // Whether it is enough to take the place of a claim.
  bool Over(const RuleClaim& claim) const { return strongest_ && *strongest_ <= claim.authority(); }
  std::optional<Authority> strongest() const { return strongest_; }

 private:
  std::optional<Authority> strongest_;
};

// The claims that may count on a day: nothing that surely holds is later than they are, speaks of
// the same and has their authority.
struct Reached {
  // Surely hold.
  std::vector<const RuleClaim*> certain;
  // May hold.
  std::vector<const RuleClaim*> possible;
  // Both, the latest first.
  std::vector<const RuleClaim*> all;
  // See StandingRule.
  std::vector<const RuleClaim*> outranked;
};

// What was said under one wording by later claims.
struct Later {
  // By claims without a rule_id that surely hold, which take the place of all older ones; and by
  // those that may, and are replaced themselves.
  Strongest whole;
  Strongest shade;
  // By those that surely hold and count.
  Strongest any;
  absl::flat_hash_map<std::string_view, Strongest> of_rule;
};

Reached Reach(CivilDay day, const ScopeClaims& claims) {
  Reached reached;
  absl::flat_hash_map<std::string_view, Later> of_wording;
  for (const RuleClaim* claim : claims) {
    const Presence presence = claim->course.At(day);
    if (presence == Presence::kAbsent) continue;
    Later& later = of_wording[claim->wording];
    if (later.whole.Over(*claim)) continue;
    Strongest& of_rule = later.of_rule[claim->rule().rule_id()];
    const bool sure = presence == Presence::kCertain && !later.shade.Over(*claim);
    const bool replaced = (claim->named() ? of_rule : later.any).Over(*claim);
    if (!replaced) {
      if (sure) {
        of_rule.Note(claim->authority());
        later.any.Note(claim->authority());
      }
      (sure ? reached.certain : reached.possible).push_back(claim);
      reached.all.push_back(claim);
    }
    if (claim->named()) continue;
    if (presence == Presence::kCertain) later.whole.Note(claim->authority());
    if (presence != Presence::kCertain && replaced) later.shade.Note(claim->authority());
    const bool last = later.whole.strongest() && *later.whole.strongest() <= claims.strongest;
    if (last && claims.plain) break;
  }
  return reached;
}

// The last day on which it is known that the claim was said, by the root itself if it was repeated.
CivilDay LastSaid(const RuleClaim& claim) {
  CivilDay last = claim.claim->published;
  for (const RuleClaim* echo : claim.echoes) {
    const bool counts = echo->claim->root_dated && echo->authority() <= claim.authority();
    if (counts) last = std::max(last, echo->claim->published);
  }
  return last;
}

// Whether `older`, which surely holds and speaks of the same, goes before a later claim of less
// authority: that is not the stricter, or had begun when `older` was said.
bool Outranks(const RuleClaim& older, const RuleClaim& later, CivilDay day) {
  if (older.authority() >= later.authority() || older.day() >= later.day()) return false;
  if (older.wording != later.wording) return false;
  return LastSaid(older) >= later.day() ||
         Strictness(later.GateOn(day)) <= Strictness(older.GateOn(day));
}

// The claims that surely hold, by what they speak of.
class Certain {
 public:
  explicit Certain(const std::vector<const RuleClaim*>& claims) : all_(claims) {
    for (const RuleClaim* claim : claims) {
      (claim->named() ? of_rule_[claim->rule().rule_id()] : whole_).push_back(claim);
    }
  }

  // Whether it holds for one that speaks of the same as the claim. These are few, but for a claim
  // without a rule_id: each has more authority than the later ones.
  template <typename Holds>
  bool Any(const RuleClaim& claim, const Holds& holds) const {
    if (!claim.named()) return std::any_of(all_.begin(), all_.end(), holds);
    const auto of_rule = of_rule_.find(claim.rule().rule_id());
    return std::any_of(whole_.begin(), whole_.end(), holds) ||
           (of_rule != of_rule_.end() &&
            std::any_of(of_rule->second.begin(), of_rule->second.end(), holds));
  }

 private:
  std::vector<const RuleClaim*> all_;
  std::vector<const RuleClaim*> whole_;
  absl::flat_hash_map<std::string_view, std::vector<const RuleClaim*>> of_rule_;
};

// Sets aside what is outranked; but of what may hold nothing that would take the place of others.
void SetOutrankedAside(CivilDay day, Reached* reached) {
  const Certain certain(reached->certain);
  absl::flat_hash_set<const RuleClaim*> outranked;
  const auto is_outranked = [&](const RuleClaim* claim) {
    return certain.Any(*claim,
                       [&](const RuleClaim* older) { return Outranks(*older, *claim, day); });
  };
  std::erase_if(reached->certain, [&](const RuleClaim* claim) {
    return is_outranked(claim) && outranked.insert(claim).second;
  });
  const Certain standing(reached->certain);
  std::erase_if(reached->possible, [&](const RuleClaim* claim) {
    const bool replaces = standing.Any(*claim, [&](const RuleClaim* other) {
      return other->day() < claim->day() && claim->authority() <= other->authority() &&
             other->wording == claim->wording;
    });
    return !replaces && is_outranked(claim) && outranked.insert(claim).second;
  });
  if (outranked.empty()) return;
  const auto is_in = [&](const RuleClaim* claim) { return outranked.contains(claim); };
  std::copy_if(reached->all.begin(), reached->all.end(), std::back_inserter(reached->outranked),
               is_in);
  std::erase_if(reached->all, is_in);
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
  const auto unnamed = [](const RuleClaim* claim) {
    return !claim->named() || !claim->wording.empty();
  };
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

StandingRule StandingOn(CivilDay day, const ScopeClaims& claims) {
  Reached reached = Reach(day, claims);
  SetOutrankedAside(day, &reached);
  StandingRule standing;
  standing.outranked = std::move(reached.outranked);
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
