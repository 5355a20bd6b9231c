#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// One claim about an order, with what links did to it. Points into the rows and the effects.
struct OrderClaim {
  const Claim* claim = nullptr;
  const Effect* effect = nullptr;

  const v1::ChipOrder& order() const { return claim->event.event().chip_order(); }
};

// A gate as a report on the order itself states it.
struct OwnGate {
  std::string jurisdiction;
  v1::GateKind gate = v1::GATE_KIND_UNSPECIFIED;
  // Stated for a part of the order it is CONDITIONAL at most.
  v1::GateState state = v1::GATE_STATE_UNKNOWN;
  std::optional<v1::Quantity> quantity;
  std::string text;
  // From the day it was published, or, of an approval that happened, from the day of the approval;
  // until the claim was superseded.
  Course course;
  const Claim* claim = nullptr;
};

// What the claims of an order say that decides which rules meet it. Names are ids.
struct OrderFacts {
  // Sorted, of all standing claims, the first kMaxParties.
  std::vector<std::string> buyers;
  std::vector<std::string> chips;
  // How many more there are.
  size_t buyers_omitted = 0;
  size_t chips_omitted = 0;
  bool open_group = false;
  std::string supplier;
  // One that a report states goes before one that the sender concluded.
  std::string destination;
  bool destination_inferred = false;
  // The days on which it was placed; absent if nobody reports that it was. Without a stated day, by
  // the day of the report.
  std::optional<DaySpan> placed;
  // The same for its shipping; absent also if a part surely has not been shipped.
  std::optional<DaySpan> shipped;
  // In order of their days, equal ones from the least to the most preferred by policy.
  std::vector<OwnGate> own_gates;
};

// `standing` are the order's claims that stand, `superseded` those that were true of their time;
// `rows` are all rows, to find successors in.
OrderFacts ReadOrderFacts(const std::vector<OrderClaim>& standing,
                          const std::vector<OrderClaim>& superseded, const Rows& rows,
                          const NamesAt& names);

// Whether policy sets `a` before `b`, for what has no figures to agree on.
bool Preferred(const OrderClaim& a, const OrderClaim& b);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_
