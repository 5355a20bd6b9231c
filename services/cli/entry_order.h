#ifndef CHIPLINE_SERVICES_CLI_ENTRY_ORDER_H_
#define CHIPLINE_SERVICES_CLI_ENTRY_ORDER_H_

#include <vector>

#include "chipline/v1/timeline.pb.h"

namespace chipline::cli {

// The order in which people read entries: as the server has them, but a spending whose definition
// is not stated (CapexEntry.definition_unstated) comes after those that are equal in the rest of
// the key, so that it never stands as the headline of them.
std::vector<v1::TimelineEntry> InReadingOrder(std::vector<v1::TimelineEntry> entries);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_ENTRY_ORDER_H_
