#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_VIEW_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_VIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/authority.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// Events with their positions.
using PlacedEvents = std::vector<std::pair<uint64_t, std::string>>;

// A rule that may apply, and what would follow if it did.
struct PossibleView {
  // All but the events and the condition in words.
  v1::PossibleRule rule;
  // The day from which it surely holds.
  CivilDay since = kDawn;
  // Of what would decide then.
  Authority authority = Authority::kNobody;
  PlacedEvents events;
};

// How a gate stands to an order on some days, and why.
struct GateView {
  // By what surely applies.
  v1::GateState state = v1::GATE_STATE_UNKNOWN;
  // The day from which what decides it surely holds: kDawn if nothing does, kNever if what decides
  // it may begin on any later day.
  CivilDay since = kDawn;
  // Of the claim that decides it.
  Authority authority = Authority::kNobody;
  std::optional<v1::Quantity> quantity;
  std::vector<std::string> conditions;
  // The events it rests on.
  PlacedEvents events;
  // A word of rule_words.h, and why.
  std::string rule;
  std::vector<v1::Reason> reasons;
  // Rules that may apply and would make it stricter, the strictest first.
  std::vector<std::shared_ptr<const PossibleView>> possible;
};

// The view on the days of `piece`.
struct GateStep {
  AxisPiece piece;
  GateView view;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_GATE_VIEW_H_
