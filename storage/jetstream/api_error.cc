#include "storage/jetstream/api_error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace chipline::jetstream {
namespace {

constexpr char kErrCodeUrl[] = "chipline.jetstream/err_code";

// Whether the stream is full by its own limits. Every server finds the same, before it stores
// anything. Any other failure to store is that of the leader alone, for example a full disk: the
// others agreed on the message with it and have it.
bool IsOverLimit(std::string_view description) {
  return absl::StartsWith(absl::string_view(description.data(), description.size()), "maximum ");
}

// Whether the leader may find places for a stream soon: a server that has just started counts as
// absent, or does not count yet. Tags and full disks do not change.
bool MayFindPeers(std::string_view description) {
  const absl::string_view text(description.data(), description.size());
  return text == "no suitable peers for placement" || absl::StrContains(text, "offline");
}

absl::StatusCode CodeOf(int code, int err_code, std::string_view description) {
  switch (err_code) {
    case 10002:  // Limits of the account.
    case 10023:  // Insufficient resources.
    case 10028:  // Memory.
    case err_code::kStorageExceeded:
      return absl::StatusCode::kResourceExhausted;
    case err_code::kStoreFailed:
      return IsOverLimit(description) ? absl::StatusCode::kResourceExhausted
                                      : absl::StatusCode::kUnavailable;
    case err_code::kNoSuitablePeers:
      return MayFindPeers(description) ? absl::StatusCode::kUnavailable
                                       : absl::StatusCode::kFailedPrecondition;
    case err_code::kStreamNameExists:
      return absl::StatusCode::kAlreadyExists;
    case err_code::kReplicasNeedCluster:
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
  absl::Status status(CodeOf(code, err_code, description),
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
