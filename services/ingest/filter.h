#ifndef CHIPLINE_SERVICES_INGEST_FILTER_H_
#define CHIPLINE_SERVICES_INGEST_FILTER_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "chipline/v1/filter.pb.h"
#include "storage/filter.h"

namespace chipline::ingest {

// The filter of a request as the log knows it: one clause for each field that is set. An empty one
// matches everything. Returns INVALID_ARGUMENT with every violation; `field` is where the filter is
// in the request, and what the violations' paths begin with. Names are not looked up: companies,
// chips and jurisdictions are ids.
absl::StatusOr<storage::Filter> ToStorageFilter(const v1::Filter& filter,
                                                std::string_view field = "filter");

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_FILTER_H_
