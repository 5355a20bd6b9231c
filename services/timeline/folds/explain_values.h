#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_VALUES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_VALUES_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline_service.pb.h"

namespace chipline::timeline {

// What an explanation shows of an entry.
inline constexpr size_t kMaxExplainedValues = 256;
inline constexpr int kMaxExplainedIntervals = 32;
inline constexpr int kMaxSetAside = 16;

// The values of a finished entry, whatever its kind, in its order, with the alternatives that stand
// beside each. Read off the entry, so that an explanation cannot differ from the answer. Of the
// intervals the latest kMaxExplainedIntervals; kMaxExplainedValues in all. Pure.
std::vector<v1::ExplainedValue> ValuesOf(const v1::TimelineEntry& entry);

// Adds a claim to those set aside, once and within the bound; not if the value rests on it.
void SetAsideOnce(std::string_view event_id, const v1::Grounds& why,
                  const std::vector<std::string>& by, v1::ExplainedValue* value);
void SetAsideOnce(std::string_view event_id, std::string_view rule, v1::Reason reason,
                  const std::vector<std::string>& by, v1::ExplainedValue* value);

// Whom a scoped rule is for.
v1::RuleScope ScopeOf(const v1::RuleState& state);

// A gate without its state.
v1::ReasonGate GateOf(const std::string& jurisdiction, v1::GateKind gate, const std::string& chip);

// Whether both are the same step of the same jurisdiction and for the same chip.
bool IsSameGate(const v1::ReasonGate& a, const v1::ReasonGate& b);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_VALUES_H_
