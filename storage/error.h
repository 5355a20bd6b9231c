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

// Errors as clients get them. A status carries its details as payloads under their type URLs. So
// rooms without gRPC can create them, and services/rpc only copies them.
namespace chipline {

// Facts about a failure, as ErrorInfo.metadata.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// A status with one ErrorInfo{reason, "chipline", metadata}. `reason` is UPPER_SNAKE_CASE and
// stable.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const ErrorMetadata& metadata = {});

// INVALID_ARGUMENT, reason INVALID_FIELDS, naming every violation. `unlisted`: how many more there
// are; a last entry says so. Created by Violations.
absl::Status BadRequestError(google::rpc::BadRequest details, size_t unlisted = 0);
// The same for one field.
absl::Status BadFieldError(std::string_view field, std::string_view description);

// One condition of a request that does not hold.
struct FailedPrecondition {
  // The subject of the condition: a subject, or the name of a cursor.
  std::string subject;
  uint64_t expected = 0;
  uint64_t actual = 0;
};

// ABORTED, reason EXPECTED_<WHAT>_DIFFERS. `what` names the kind of condition in lower case, for
// example "revision"; at least one failed. A PreconditionFailure names all of them. ErrorInfo has
// them as figures: subject, expected_revision and actual_revision of the first, then subject_2 and
// so on, as many as fit.
absl::Status PreconditionError(std::string_view what,
                               const std::vector<FailedPrecondition>& failures);

// UNAVAILABLE with RetryInfo.
absl::Status RetryError(std::string_view reason, std::string_view message, absl::Duration delay);

// The reason in the status's ErrorInfo; empty if it has none.
std::string ReasonOf(const absl::Status& status);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_ERROR_H_
