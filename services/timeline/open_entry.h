#ifndef CHIPLINE_SERVICES_TIMELINE_OPEN_ENTRY_H_
#define CHIPLINE_SERVICES_TIMELINE_OPEN_ENTRY_H_

#include <cstddef>
#include <set>
#include <string>

#include "services/timeline/folds/fold.h"
#include "storage/position.h"

namespace chipline::timeline {

// The rows of an entry as of a position, and everything that follows from them. Rows of later
// positions can be added. Cannot move, since the fold points to the rows. Not thread-safe.
class OpenEntry {
 public:
  OpenEntry(v1::EntryKey key, Rows rows, storage::Position position, const NamesAt& names);
  OpenEntry(const OpenEntry&) = delete;
  OpenEntry& operator=(const OpenEntry&) = delete;

  // Adds the new rows up to `position`. The meaning of the other rows must not have changed.
  void Add(Rows rows, storage::Position position, const NamesAt& names);

  const v1::EntryKey& key() const { return key_; }
  const Rows& rows() const { return rows_; }
  storage::Position position() const { return position_; }
  // Its facets (facets.h).
  const std::set<std::string>& facets() const { return facets_; }
  Dependencies dependencies() const { return dependencies_.Get(); }
  // The fold of the rows.
  v1::TimelineEntry Fold(const std::vector<v1::TimelineEntry>& dependencies, const NamesAt& names) {
    return fold_.Entry(dependencies, names);
  }

  // About how much memory it takes, estimated from a sample of the rows.
  size_t bytes() const;

 private:
  // Adds the facets and dependencies of a row.
  void Describe(const Claim& row, const NamesAt& names);

  const v1::EntryKey key_;
  Rows rows_;
  storage::Position position_;
  std::set<std::string> facets_;
  RunningDependencies dependencies_;
  RunningFold fold_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_OPEN_ENTRY_H_
