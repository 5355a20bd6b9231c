#ifndef CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_
#define CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_

#include <string>

#include "services/timeline/change_ring.h"

namespace chipline::query {

// The bytes of a chipline.v1.TimelineChange, around the entries' bytes as they are.
std::string ChangeBytes(const timeline::EntryChange& change);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_
