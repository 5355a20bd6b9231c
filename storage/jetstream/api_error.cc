#include "storage/jetstream/api_error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace chipline::jetstream {
namespace {

constexpr char kErrCodeUrl[] = "chipline.jetstream/err_code";

absl::StatusCode CodeOf(int code, int err_code) {
  switch (err_code) {
    case 10002:  // Limits of the account.
    case 10023:  // Insufficient resources.
    case 10028:  // Memory.
    case err_code::kStorageExceeded:
    case err_code::kStoreFailed:
      return absl::StatusCode::kResourceExhausted;
    case err_code::kStreamNameExists:
      return absl::StatusCode::kAlreadyExists;
    case err_code::kNoSuitablePeers:
    case 10039:  // No JetStream for this account.
    case 10076:  // No JetStream on this server.
      return absl::StatusCode::kFailedPrecondition;
    default:
      break;
  }
  switch (code) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 408:
    case 503:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status ApiError(std::string_view what, int code, int err_code, std::string_view description) {
  absl::Status status(CodeOf(code, err_code),
                      absl::StrCat("NATS, ", std::string(what), ": ", std::string(description),
                                   " (err_code ", err_code, ")"));
  status.SetPayload(kErrCodeUrl, absl::Cord(absl::StrCat(err_code)));
  return status;
}

int ErrCodeOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrCodeUrl);
  int err_code = 0;
  return payload && absl::SimpleAtoi(std::string(*payload), &err_code) ? err_code : 0;
}

}  // namespace chipline::jetstream
