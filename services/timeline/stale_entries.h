#ifndef CHIPLINE_SERVICES_TIMELINE_STALE_ENTRIES_H_
#define CHIPLINE_SERVICES_TIMELINE_STALE_ENTRIES_H_

#include <algorithm>
#include <map>
#include <string>

namespace chipline::timeline {

// How appends changed an entry's rows.
enum class RowsChange {
  // Rows were added, all of later events than the existing ones.
  kAdded,
  // Rows of older events were added, removed, or mean something else.
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
