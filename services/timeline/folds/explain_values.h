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
void SetAsideOnce(std::string_view event_id, std::string_view rule, std::string_view reason,
                  const std::vector<std::string>& by, v1::ExplainedValue* value);

// The short name of an enum's value: DENIED of GATE_STATE_DENIED.
template <typename Enum>
std::string_view ShortName(const std::string& (*name)(Enum), Enum value, std::string_view prefix) {
  const std::string_view whole = name(value);
  return whole.starts_with(prefix) ? whole.substr(prefix.size()) : whole;
}

// Whom a scoped rule is for: "alibaba, tencent, seat cn, training".
std::string ScopeInWords(const v1::RuleState& state);

// us/export, or us/export/h200.
std::string GateName(const std::string& jurisdiction, v1::GateKind gate, const std::string& chip);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_VALUES_H_
