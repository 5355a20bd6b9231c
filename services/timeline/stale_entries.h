#ifndef CHIPLINE_SERVICES_TIMELINE_STALE_ENTRIES_H_
#define CHIPLINE_SERVICES_TIMELINE_STALE_ENTRIES_H_

#include <algorithm>
#include <map>
#include <string>

namespace chipline::timeline {

// What appends did to an entry's rows.
enum class RowsChange {
  // There are more, all of later events than those that were there.
  kAdded,
  // Rows of older events came, went, or mean something else.
  kMoved,
};

// Entries whose rows changed since they were folded, by id.
using StaleEntries = std::map<std::string, RowsChange>;

inline void Mark(const std::string& entry_id, RowsChange change, StaleEntries* stale) {
  RowsChange& mark = stale->try_emplace(entry_id, change).first->second;
  mark = std::max(mark, change);
}

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_STALE_ENTRIES_H_
