#ifndef CHIPLINE_SERVICES_STREAM_CALLER_GONE_H_
#define CHIPLINE_SERVICES_STREAM_CALLER_GONE_H_

#include <functional>

#include "absl/status/status.h"

namespace chipline::stream {

// Whether nobody waits for an answer any more: the client went away, or its deadline has passed.
// Asked between the steps of a scan. Null: somebody does.
using CallerGone = std::function<bool()>;

inline absl::Status CheckCaller(const CallerGone& gone) {
  if (gone == nullptr || !gone()) return absl::OkStatus();
  return absl::CancelledError("nobody waits for the answer any more");
}

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_CALLER_GONE_H_
