#ifndef CHIPLINE_STORAGE_ERROR_H_
#define CHIPLINE_STORAGE_ERROR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"

// Errors as clients get them. A status carries its details as payloads under their type URLs, so a
// room without gRPC can make them and services/rpc only copies them out.
namespace chipline {

// Facts about a failure, as ErrorInfo.metadata.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// A status with one ErrorInfo{reason, "chipline", metadata}. `reason` is UPPER_SNAKE_CASE and
// stable.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const ErrorMetadata& metadata = {});

// INVALID_ARGUMENT, reason INVALID_FIELDS, naming every violation. `unlisted` is how many more
// there are, which a last entry tells. Made by Violations.
absl::Status BadRequestError(google::rpc::BadRequest details, size_t unlisted = 0);
// The same for one field.
absl::Status BadFieldError(std::string_view field, std::string_view description);

// One condition of a request that does not hold.
struct FailedPrecondition {
  // What the condition is on: a subject, or a cursor's name.
  std::string subject;
  uint64_t expected = 0;
  uint64_t actual = 0;
};

// ABORTED, reason EXPECTED_<WHAT>_DIFFERS, for at least one condition on what `what` names in lower
// case, for example "revision". It names every one in a PreconditionFailure, and as figures in
// ErrorInfo: subject, expected_revision and actual_revision of the first, then subject_2 and so on
// for as many as have room there.
absl::Status PreconditionError(std::string_view what,
                               const std::vector<FailedPrecondition>& failures);

// UNAVAILABLE with RetryInfo.
absl::Status RetryError(std::string_view reason, std::string_view message, absl::Duration delay);

// The reason in the status's ErrorInfo; empty if it has none.
std::string ReasonOf(const absl::Status& status);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_ERROR_H_
