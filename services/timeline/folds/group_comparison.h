#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUP_COMPARISON_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUP_COMPARISON_H_

#include <vector>

#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// A group's figure beside what its members' entries say: their own figures for the period
// ("members"), and their figures of the year after, each divided by one plus its growth ("growth").
// Compared and never added to the group's own; a kind of which no member has a figure is left out.
// `selected` may be null, if the group has no figure.
std::vector<v1::GroupComparison> CompareWithMembers(
    const v1::EntryKey& group, const v1::AmountFigure* selected,
    const std::vector<v1::TimelineEntry>& dependencies);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUP_COMPARISON_H_
