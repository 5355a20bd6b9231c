#ifndef CHIPLINE_STORAGE_JETSTREAM_NATS_OPTIONS_H_
#define CHIPLINE_STORAGE_JETSTREAM_NATS_OPTIONS_H_

// For connection.cc: no other header of ours includes nats.h.

#include <nats/nats.h>

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/jetstream/connection.h"

namespace chipline::jetstream {

struct DestroyOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using NatsOptions = std::unique_ptr<natsOptions, DestroyOptions>;

// The status of `what` ("connecting to ..."), with the words of cnats. Connection says which code
// stands for what. The reason is STREAM_UNREACHABLE for UNAVAILABLE, and STREAM_DENIED for
// UNAUTHENTICATED and PERMISSION_DENIED.
absl::Status NatsError(natsStatus status, std::string_view what);

// Everything of `options`; callbacks are the caller's to set. FAILED_PRECONDITION names a file that
// cannot be used.
absl::StatusOr<NatsOptions> MakeNatsOptions(const ConnectionOptions& options);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_NATS_OPTIONS_H_
