#include "services/timeline/folds/rescissions.h"

#include <algorithm>
#include <tuple>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

bool IsStatement(const RuleClaim& claim) {
  return claim.rule().instrument() == pb::RULE_INSTRUMENT_STATEMENT;
}

// Whether it takes the rule back only for a time, for some, or under conditions.
bool LeavesOpen(const pb::ExportRuleChange& rescission) {
  return rescission.conditions_size() > 0 || rescission.has_expires() ||
         rescission.has_quantity_cap() || rescission.end_users() == pb::END_USERS_APPROVED ||
         !rescission.performance_threshold().empty();
}

bool BeginsBefore(const Dispute& a, const Dispute& b) {
  return std::tuple(a.from, a.by->position()) < std::tuple(b.from, b.by->position());
}

}  // namespace

void Rescinded::Merge(const Rescinded& other) {
  if (other.end) end = end ? Sooner(*end, *other.end) : *other.end;
  if (other.doubt) {
    doubt = doubt ? AxisPiece{std::min(doubt->from, other.doubt->from),
                              std::max(doubt->to, other.doubt->to)}
                  : *other.doubt;
  }
  const bool first = other.dispute && (!dispute || BeginsBefore(*other.dispute, *dispute));
  if (first) dispute = other.dispute;
}

// By who speaks, and whether it stands in writing.
size_t Rescissions::RankOf(const RuleClaim& claim) {
  return 2 * static_cast<size_t>(claim.authority()) + (IsStatement(claim) ? 1 : 0);
}

void Rescissions::Add(const RuleClaim& rescission) {
  const DaySpan& start = rescission.course.start;
  Rescission added{SaidOn(rescission), {}, {}};
  if (LeavesOpen(rescission.rule())) {
    const CivilDay until = rescission.course.end ? rescission.course.end->latest : kNever;
    added.ending.doubt = AxisPiece{start.earliest, until};
  } else {
    added.ending.end = start;
  }
  added.disputing.dispute = Dispute{start.earliest, rescission.claim};
  Rank& rank = ranks_[RankOf(rescission)];
  rank.all.push_back(added);
  rank.together.clear();
}

const Rescissions::Rescission* Rescissions::Rank::After(const Saying& said) {
  if (all.empty()) return nullptr;
  if (together.empty()) {
    std::sort(all.begin(), all.end(),
              [](const Rescission& a, const Rescission& b) { return a.said < b.said; });
    together = all;
    for (size_t i = together.size(); i-- > 1;) {
      together[i - 1].ending.Merge(together[i].ending);
      together[i - 1].disputing.Merge(together[i].disputing);
    }
  }
  const auto first = std::upper_bound(
      together.begin(), together.end(), said,
      [](const Saying& at, const Rescission& rescission) { return at < rescission.said; });
  return first == together.end() ? nullptr : &*first;
}

Rescinded Rescissions::Of(const RuleClaim& claim) {
  Rescinded rescinded;
  const auto authority = static_cast<size_t>(claim.authority());
  for (size_t at = 0; at < kRanks; ++at) {
    const Rescission* const after = ranks_[at].After(SaidOn(claim));
    if (after == nullptr) continue;
    const bool statement = at % 2 == 1;
    const bool may_end = at / 2 <= authority && (!statement || IsStatement(claim));
    rescinded.Merge(may_end ? after->ending : after->disputing);
  }
  return rescinded;
}

}  // namespace chipline::timeline
