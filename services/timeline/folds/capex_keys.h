#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_KEYS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_KEYS_H_

#include <optional>
#include <string>
#include <vector>

#include "chipline/v1/timeline.pb.h"

namespace chipline::timeline {

// The keys that a capex key has to do with. Only calendar periods have a year before and after; a
// fiscal one of the same label a year on may have moved.

// The same spending a year earlier or later.
std::optional<v1::EntryKey> YearBeforeKey(const v1::EntryKey& key);
// What was ACTUAL a year earlier.
std::optional<v1::EntryKey> YearBeforeActualKey(const v1::EntryKey& key);
std::optional<v1::EntryKey> YearAfterKey(const v1::EntryKey& key);

// The same spending of one member alone.
v1::EntryKey MemberKey(const v1::EntryKey& key, const std::string& company);

// Whether the figure is one of several companies together.
bool IsGroup(const v1::EntryKey& key);

// The dependency with that key; null if it is not there or has nothing to say.
const v1::CapexEntry* FindCapex(const std::vector<v1::TimelineEntry>& dependencies,
                                const v1::EntryKey& key);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_KEYS_H_
