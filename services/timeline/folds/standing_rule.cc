#include "services/timeline/folds/standing_rule.h"

#include <algorithm>
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
class Authority {
 public:
  void Note(Voice voice) { strongest_ = strongest_ ? std::min(*strongest_, voice) : voice; }
  // Whether it is enough to take the place of a claim.
  bool Over(const RuleClaim& claim) const { return strongest_ && *strongest_ <= claim.voice(); }
  std::optional<Voice> strongest() const { return strongest_; }

 private:
  std::optional<Voice> strongest_;
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

Reached Reach(CivilDay day, const ScopeClaims& claims) {
  Reached reached;
  // Of claims without a rule_id that surely hold, which take the place of all older ones; and of
  // those that may, and are replaced themselves.
  Authority whole;
  Authority shade;
  // Of those that surely hold and count.
  Authority any;
  absl::flat_hash_map<std::string_view, Authority> of_rule;
  for (const RuleClaim* claim : claims) {
    const Presence presence = claim->course.At(day);
    if (presence == Presence::kAbsent || whole.Over(*claim)) continue;
    const std::string_view rule_id = claim->rule().rule_id();
    const bool sure = presence == Presence::kCertain && !shade.Over(*claim);
    const bool replaced = claim->named() ? of_rule[rule_id].Over(*claim) : any.Over(*claim);
    if (!replaced) {
      if (sure) {
        of_rule[rule_id].Note(claim->voice());
        any.Note(claim->voice());
      }
      (sure ? reached.certain : reached.possible).push_back(claim);
      reached.all.push_back(claim);
    }
    if (claim->named()) continue;
    if (presence == Presence::kCertain) whole.Note(claim->voice());
    if (presence != Presence::kCertain && replaced) shade.Note(claim->voice());
    if (whole.strongest() && *whole.strongest() <= claims.strongest) break;
  }
  return reached;
}

bool SpeakOfTheSame(const RuleClaim& a, const RuleClaim& b) {
  return !a.named() || !b.named() || a.rule().rule_id() == b.rule().rule_id();
}

// Whether `older`, which surely holds, goes before a later claim of less authority: that is not the
// stricter, or had begun when `older` was said.
bool Outranks(const RuleClaim& older, const RuleClaim& later, CivilDay day) {
  if (older.voice() >= later.voice() || older.day() >= later.day()) return false;
  if (!SpeakOfTheSame(older, later)) return false;
  return older.claim->published >= later.day() ||
         Strictness(later.GateOn(day)) <= Strictness(older.GateOn(day));
}

// Sets aside what is outranked. Claims that surely hold and may outrank one are few: each has more
// authority than the later ones that speak of the same.
void SetOutrankedAside(CivilDay day, Reached* reached) {
  std::vector<const RuleClaim*> whole;
  absl::flat_hash_map<std::string_view, std::vector<const RuleClaim*>> of_rule;
  for (const RuleClaim* claim : reached->certain) {
    (claim->named() ? of_rule[claim->rule().rule_id()] : whole).push_back(claim);
  }
  absl::flat_hash_set<const RuleClaim*> outranked;
  for (const RuleClaim* claim : reached->all) {
    const auto over = [&](const RuleClaim* older) { return Outranks(*older, *claim, day); };
    const std::vector<const RuleClaim*>& others =
        claim->named() ? of_rule[claim->rule().rule_id()] : reached->certain;
    const bool is = std::any_of(whole.begin(), whole.end(), over) ||
                    std::any_of(others.begin(), others.end(), over);
    if (is && outranked.insert(claim).second) reached->outranked.push_back(claim);
  }
  if (outranked.empty()) return;
  for (auto* claims : {&reached->certain, &reached->possible, &reached->all}) {
    std::erase_if(*claims, [&](const RuleClaim* claim) { return outranked.contains(claim); });
  }
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
