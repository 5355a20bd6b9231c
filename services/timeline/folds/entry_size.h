#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_SIZE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_SIZE_H_

#include <cstddef>
#include <string>

#include "chipline/v1/timeline_service.pb.h"

namespace chipline::timeline {

// What keeps a message small that is made of claims, whatever these hold.
//
// Texts are cut, and lists shortened, more and more until the message fits: first what stands
// beside the chosen values, then these as well, and only then the earliest readings or intervals. A
// list that is shortened has its count of what is left out (`alternatives` has
// `alternatives_omitted`). The same message is always cut the same way.

// The bytes of the entry, cut to kMaxEntryBytes if it is larger. What others derive from the entry
// is derived from the whole of it, so cutting never changes a state. `was_cut` may be null.
std::string EntryBytes(const v1::TimelineEntry& entry, bool* was_cut = nullptr);
void CutEntry(v1::TimelineEntry* entry);

// Cuts the values of an explanation to `max_bytes`.
void CutValues(size_t max_bytes, v1::ExplainEntryResponse* explained);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_SIZE_H_
