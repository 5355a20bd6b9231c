#ifndef CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_
#define CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_

#include "services/values/name_table.h"
#include "services/values/shared_list.h"
#include "storage/position.h"

namespace chipline::timeline {

// Names as the materializer has learned them. Readers get a copy that never changes again; it
// answers for every position up to the views', and knows of later ones at most more than is asked.
struct PublishedNames {
  NameTable table;
  // The ends of the appends in which an alias came or went, ascending.
  SharedList<storage::Position> changes;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_PUBLISHED_NAMES_H_
