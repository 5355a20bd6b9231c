#ifndef CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_
#define CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_

#include "services/values/name_table.h"
#include "services/values/shared_list.h"
#include "storage/position.h"

namespace chipline::timeline {

// The names that the materializer has learnt. Readers get a copy that never changes. It is exact
// for every position up to that of the views, and may also know later names.
struct PublishedNames {
  NameTable table;
  // The ends of the appends that added or removed an alias, ascending.
  SharedList<storage::Position> changes;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_
