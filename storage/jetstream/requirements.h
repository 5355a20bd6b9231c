#ifndef CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_
#define CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_

#include "absl/status/status.h"

#include "storage/jetstream/stream.h"

namespace chipline::jetstream {

// OK if the stream keeps every acknowledged message, whatever happens to one server, and only an
// administrator can remove one. `replicas` is the least number required: 3, or 1 if the operator
// says so. FAILED_PRECONDITION names every wrong setting, its value and the required one.
// Permissions of accounts are not checked, since the stream does not show them.
absl::Status CheckStream(const StreamInfo& info, int replicas);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_
