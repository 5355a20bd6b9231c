#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_

#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What is known of one rule: valid time cut into intervals that cover all of it, the first open at
// its start and the last at its end, each with the state for anybody and the states of scoped
// claims beside it. `rows` must be sorted by position. Pure: the same rows give the same bytes.
//
// What stands on a day (timelines.md, "Rules, gates, orders"; the first three points say what that
// section leaves open):
//   * A claim without a rule_id speaks of the key as a whole: it takes the place of all before it,
//     and any later claim takes its place. Claims with different rule_ids stand side by side, and
//     the strictest counts.
//   * Between the earliest and the latest day on which a claim may have begun or ended, the general
//     state is UNKNOWN, unless gate and effect are the same either way.
//   * A claim without a day holds from its publication; see RuleClaim::course.
//   * A scoped claim (buyers, purpose, seat) stands beside the general one; claims of one scope
//   take
//     each other's place as general ones do.
//
// The entry stays within entry_limits.h: of too many intervals the earliest become one that says
// UNKNOWN, and of too many scopes those with the oldest claims are left out and counted.
v1::ExportRuleEntry FoldExportRule(const v1::EntryKey& key, const Rows& rows, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_FOLD_H_
