#include "services/timeline/folds/shortfall.h"

#include <string>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// What of an open count a stock does not cover; nothing if it covers all.
std::optional<Range> Missing(const Range& open, const Range& stock) {
  const Decimal none;
  const Range covered{stock.low.value_or(none), stock.high, stock.approximate};
  std::optional<Range> missing = Difference(open, covered);
  if (!missing) return std::nullopt;
  if (missing->high && *missing->high <= none) return std::nullopt;
  // It may be that nothing is missing: what is left is the bound from above, if there is one.
  if (missing->low && *missing->low <= none) missing->low.reset();
  if (!missing->low && !missing->high) return std::nullopt;
  return missing;
}

void RestOn(const pb::QuantityFigure& figure, pb::Grounds* grounds) {
  for (const std::string& id : figure.grounds().event_ids()) AddEventId(id, grounds);
}

}  // namespace

void SetShortfall(const OpenTogether& open, const std::optional<Stock>& stock,
                  pb::ChipSupplyEntry* entry) {
  pb::ShortfallParts& parts = *entry->mutable_shortfall_parts();
  *parts.mutable_placed() = open.placed;
  if (open.delivered) *parts.mutable_delivered() = *open.delivered;
  if (open.cancelled) *parts.mutable_cancelled() = *open.cancelled;
  *parts.mutable_open() = open.open;
  if (!stock) return;
  *parts.mutable_stock() = stock->figure;
  const std::optional<Range> missing = Missing(open.chips, stock->chips);
  if (!missing) return;
  pb::QuantityFigure& figure = *entry->mutable_shortfall();
  *figure.mutable_quantity() = QuantityOf(*missing, pb::UNIT_CHIP);
  pb::Grounds& grounds = *figure.mutable_grounds();
  RestOn(open.open, &grounds);
  RestOn(stock->figure, &grounds);
  grounds.set_event_ids_omitted(grounds.event_ids_omitted() +
                                open.open.grounds().event_ids_omitted() +
                                stock->figure.grounds().event_ids_omitted());
  grounds.set_rule(std::string(rules::kShortfall));
  pb::Reason reason = ReasonOf(pb::REASON_KIND_SHORTFALL);
  *reason.mutable_parts() = open.parts;
  *reason.mutable_parts()->mutable_stock() = QuantityOf(stock->chips, pb::UNIT_CHIP);
  SetReason(reason, &grounds);
  grounds.set_derived(true);
}

}  // namespace chipline::timeline
