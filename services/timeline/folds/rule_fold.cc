#include "services/timeline/folds/rule_fold.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/rule_interval.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

constexpr std::string_view kAnybody;

using ScopePlace = RuleClaims::Scopes::const_iterator;

// Those with the latest claims, in order of their names.
std::vector<ScopePlace> Latest(const RuleClaims::Scopes& scopes) {
  std::vector<ScopePlace> all;
  for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
    if (scope->first != kAnybody) all.push_back(scope);
  }
  if (all.size() <= kMaxScopes) return all;
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(kMaxScopes);
  std::nth_element(all.begin(), end, all.end(), [](ScopePlace a, ScopePlace b) {
    return CountsBefore(*a->second.claims().front(), *b->second.claims().front());
  });
  all.erase(end, all.end());
  std::sort(all.begin(), all.end(), [](ScopePlace a, ScopePlace b) { return a->first < b->first; });
  return all;
}

}  // namespace

// The first day on which it matters that these are shown and not those of before.
CivilDay RuleFold::Show(std::set<const RuleScope*> scopes) {
  std::vector<const RuleScope*> differing;
  std::set_symmetric_difference(scopes.begin(), scopes.end(), shown_.begin(), shown_.end(),
                                std::back_inserter(differing));
  shown_ = std::move(scopes);
  CivilDay changed = kNever;
  for (const RuleScope* scope : differing) changed = std::min(changed, scope->First());
  return changed;
}

// Cuts valid time at the boundaries of the claims. Those before a change are as they were.
void RuleFold::Cut(ScopeClaims general, const std::vector<ScopeClaims>& scopes, CivilDay changed) {
  cuts_.erase(std::lower_bound(cuts_.begin(), cuts_.end(), changed), cuts_.end());
  std::vector<CivilDay> boundaries = {kDawn, kNever};
  const auto add = [&](ScopeClaims claims) {
    for (const RuleClaim* claim : claims) {
      if (claim->Last() >= changed) claim->AddBoundaries(boundaries);
    }
  };
  add(general);
  for (const ScopeClaims& scope : scopes) add(scope);
  std::erase_if(boundaries, [&](CivilDay day) { return day < changed; });
  std::sort(boundaries.begin(), boundaries.end());
  std::unique_copy(boundaries.begin(), boundaries.end(), std::back_inserter(cuts_));
}

// From the last piece to the first, as far as there is room; whether there was for all of them.
bool RuleFold::Cover(ScopeClaims general, const std::vector<ScopeClaims>& scopes, CivilDay changed,
                     const NamesAt& names) {
  std::vector<Interval> before = std::exchange(intervals_, {});
  auto old = before.begin();
  const Interval* taken = nullptr;
  size_t bytes = 0;
  const size_t pieces = cuts_.size() - 1;
  const size_t least = pieces - std::min(pieces, kMaxPieces);
  size_t at = pieces;
  for (; at > least; --at) {
    const AxisPiece piece = {cuts_[at - 1], cuts_[at]};
    while (old != before.end() && old->days.from > piece.from) ++old;
    const bool stays = old != before.end() && piece.to <= std::min(changed, old->days.to);
    if (stays && taken == &*old) {
      intervals_.back().days.from = piece.from;
      continue;
    }
    Interval next;
    if (stays) {
      taken = &*old;
      next = std::move(*old);
    } else {
      next.rule = RuleOn(piece.from, general, scopes, names);
      next.bytes = next.rule.SerializeAsString();
    }
    next.days = piece;
    if (!intervals_.empty() && next.bytes == intervals_.back().bytes) {
      intervals_.back().days.from = piece.from;
      continue;
    }
    if (intervals_.size() == kMaxIntervals - 1 && at > 1) break;
    bytes += next.bytes.size();
    if (!intervals_.empty() && bytes > kMaxIntervalBytes) break;
    intervals_.push_back(std::move(next));
  }
  return at == 0;
}

pb::ExportRuleEntry RuleFold::Entry(const NamesAt& names) {
  CivilDay changed = claims_.Settle();
  const RuleClaims::Scopes& scopes = claims_.scopes();
  const std::vector<ScopePlace> latest = Latest(scopes);
  const auto anybody = scopes.find(kAnybody);
  const ScopeClaims general = anybody == scopes.end() ? ScopeClaims() : anybody->second.claims();
  std::vector<ScopeClaims> shown;
  std::set<const RuleScope*> shown_scopes;
  for (const ScopePlace& scope : latest) {
    shown.push_back(scope->second.claims());
    shown_scopes.insert(&scope->second);
  }
  changed = std::min(changed, Show(std::move(shown_scopes)));

  pb::ExportRuleEntry entry;
  Cut(general, shown, changed);
  if (!Cover(general, shown, changed, names)) {
    entry.set_omitted_before(intervals_.back().days.from.Format());
    *entry.add_intervals() = RuleLeftOut(entry.omitted_before());
  }
  for (auto interval = intervals_.rbegin(); interval != intervals_.rend(); ++interval) {
    pb::RuleInterval& added = *entry.add_intervals();
    added = interval->rule;
    *added.mutable_valid() = interval->days.ToProto();
  }
  entry.set_scopes_omitted(static_cast<uint32_t>(scopes.size() - latest.size()) -
                           (anybody == scopes.end() ? 0 : 1));
  for (pb::RuleState& state : claims_.NotInForce(names)) {
    *entry.add_not_in_force() = std::move(state);
  }
  for (pb::RuleState& state : claims_.Revisions(names)) {
    *entry.add_revisions() = std::move(state);
  }
  for (const std::string& text : claims_.chips_texts()) entry.add_chips_texts(text);
  entry.set_not_in_force_omitted(claims_.not_in_force_omitted());
  entry.set_revisions_omitted(claims_.revisions_omitted());
  entry.set_chips_texts_omitted(claims_.chips_texts_omitted());
  return entry;
}

size_t RuleFold::bytes() const {
  // As bytes, and as messages, which take about three times as much.
  constexpr size_t kCopies = 4;
  size_t bytes = 0;
  for (const Interval& interval : intervals_) bytes += kCopies * interval.bytes.size();
  return bytes;
}

}  // namespace chipline::timeline
