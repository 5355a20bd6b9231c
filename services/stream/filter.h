#ifndef CHIPLINE_SERVICES_STREAM_FILTER_H_
#define CHIPLINE_SERVICES_STREAM_FILTER_H_

#include <string_view>

#include "chipline/v1/filter.pb.h"
#include "storage/filter.h"
#include "storage/violations.h"

namespace chipline::stream {

// The filter of a request as the log knows it: one clause for each field that is set, its values
// sorted and without repeats, so that equal filters have equal fingerprints. An empty one matches
// everything. Adds every violation to `bad`, but looks at no value if there are more than
// limits::kMaxFilterValues; `path` is where the filter is in the request. Names
// are not looked up: companies, chips and jurisdictions are ids.
storage::Filter ToStorageFilter(const v1::Filter& filter, std::string_view path, Violations& bad);

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_FILTER_H_
