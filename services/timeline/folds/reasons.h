#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_REASONS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_REASONS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// Folds give reasons as values. The text beside them is made of the values by services/words, so it
// never says anything else. All are pure.

v1::Reason ReasonOf(v1::ReasonKind kind);
// With the events that it names; empty ids are none.
v1::Reason ReasonOf(v1::ReasonKind kind, const std::vector<std::string>& event_ids);
v1::Reason ReasonOf(v1::ReasonKind kind, const DaySpan& days);
// With how many.
v1::Reason CountReason(v1::ReasonKind kind, size_t count);

// Open ends are empty.
v1::DayRange ToProto(const DaySpan& days);

// Makes these the reasons of the grounds, and says so in the text.
void SetReason(const v1::Reason& reason, v1::Grounds* grounds);
void SetReasons(const std::vector<v1::Reason>& reasons, v1::Grounds* grounds);
// After, and before, what the grounds say already.
void AddReason(const v1::Reason& reason, v1::Grounds* grounds);
void AddReasonFirst(const v1::Reason& reason, v1::Grounds* grounds);

// Adds the ways in which another rule may come to apply, each once, until there are more than
// kMaxShown. To be followed by ShowWays.
void AddWays(const v1::PossibleRule& other, v1::PossibleRule* rule);
// Sets the condition from the ways. More than kMaxShown are no values: then the condition ends with
// "and more of the kind", and applies_if is empty.
void ShowWays(v1::PossibleRule* rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_REASONS_H_
