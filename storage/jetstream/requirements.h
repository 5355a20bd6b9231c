#ifndef CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_
#define CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_

#include "absl/status/status.h"

#include "storage/jetstream/stream.h"

namespace chipline::jetstream {

// OK if the stream keeps every message that it acknowledged, whatever becomes of one server, and
// nobody but an administrator can take one out. `replicas` is the least number wanted: 3, or 1
// where the operator says so.
//
// FAILED_PRECONDITION names every setting that is wrong: what it is, what it must be. What the
// stream cannot show, the permissions of the accounts, is not checked.
absl::Status CheckStream(const StreamInfo& info, int replicas);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_REQUIREMENTS_H_
