#include "services/timeline/folds/rule_coverage.h"

#include <optional>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

pb::AppliesTo AppliesTo(const pb::RuleState& state) {
  const bool licence = state.effect() == pb::RULE_EFFECT_LICENSED && !state.buyers().empty();
  if (licence && state.applies_to() == pb::APPLIES_TO_UNSPECIFIED) return pb::APPLIES_TO_UNSHIPPED;
  return state.applies_to();
}

}  // namespace

DaySpan BeginOf(const pb::RuleState& state) {
  return {DayOr(state.possible_since(), kDawn), DayOr(state.since(), kNever)};
}

Coverage CoverageOf(const pb::RuleState& state, const OrderFacts& order) {
  const pb::AppliesTo applies_to = AppliesTo(state);
  if (applies_to == pb::APPLIES_TO_ALL) return Coverage::kYes;
  const DaySpan begin = BeginOf(state);
  const bool unshipped = applies_to == pb::APPLIES_TO_UNSHIPPED;
  const std::optional<DaySpan>& done = unshipped ? order.shipped : order.placed;
  if (!done.has_value() || done->earliest >= begin.latest) return Coverage::kYes;
  if (unshipped && order.delivering >= begin.latest) return Coverage::kYes;
  const bool before = done->latest < begin.earliest && (!unshipped || order.all_shipped);
  return before && applies_to != pb::APPLIES_TO_UNSPECIFIED ? Coverage::kNo : Coverage::kUnknown;
}

}  // namespace chipline::timeline
