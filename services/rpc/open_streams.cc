#include "services/rpc/open_streams.h"

#include "fmt/format.h"
#include "storage/error.h"

namespace chipline {

absl::Status DrainingError() {
  return RetryError("DRAINING", "the server is shutting down; go on with another, or soon",
                    absl::Seconds(1));
}

absl::Status TooManyStreamsError(size_t open, std::string_view what) {
  return Error(
      absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
      fmt::format("{} {} are open, which is the most this server serves at a time", open, what),
      {{"max_streams", std::to_string(open)}});
}

}  // namespace chipline
