#include "services/rpc/status.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

#include "fmt/format.h"
#include "services/rpc/retry.h"
#include "storage/stable_bytes.h"

namespace chipline {
namespace {

template <grpc::StatusCode kGrpc, absl::StatusCode kAbsl>
constexpr bool Same() {
  return static_cast<int>(kGrpc) == static_cast<int>(kAbsl);
}
// google.rpc.Code has the same numbers too.
static_assert(Same<grpc::StatusCode::OK, absl::StatusCode::kOk>());
static_assert(Same<grpc::StatusCode::CANCELLED, absl::StatusCode::kCancelled>());
static_assert(Same<grpc::StatusCode::UNKNOWN, absl::StatusCode::kUnknown>());
static_assert(Same<grpc::StatusCode::INVALID_ARGUMENT, absl::StatusCode::kInvalidArgument>());
static_assert(Same<grpc::StatusCode::DEADLINE_EXCEEDED, absl::StatusCode::kDeadlineExceeded>());
static_assert(Same<grpc::StatusCode::NOT_FOUND, absl::StatusCode::kNotFound>());
static_assert(Same<grpc::StatusCode::ALREADY_EXISTS, absl::StatusCode::kAlreadyExists>());
static_assert(Same<grpc::StatusCode::PERMISSION_DENIED, absl::StatusCode::kPermissionDenied>());
static_assert(Same<grpc::StatusCode::UNAUTHENTICATED, absl::StatusCode::kUnauthenticated>());
static_assert(Same<grpc::StatusCode::RESOURCE_EXHAUSTED, absl::StatusCode::kResourceExhausted>());
static_assert(Same<grpc::StatusCode::FAILED_PRECONDITION, absl::StatusCode::kFailedPrecondition>());
static_assert(Same<grpc::StatusCode::ABORTED, absl::StatusCode::kAborted>());
static_assert(Same<grpc::StatusCode::OUT_OF_RANGE, absl::StatusCode::kOutOfRange>());
static_assert(Same<grpc::StatusCode::UNIMPLEMENTED, absl::StatusCode::kUnimplemented>());
static_assert(Same<grpc::StatusCode::INTERNAL, absl::StatusCode::kInternal>());
static_assert(Same<grpc::StatusCode::UNAVAILABLE, absl::StatusCode::kUnavailable>());
static_assert(Same<grpc::StatusCode::DATA_LOSS, absl::StatusCode::kDataLoss>());

template <typename Detail>
std::string TypeUrl() {
  return "type.googleapis.com/" + Detail::descriptor()->full_name();
}

std::string Shortened(const std::string& message) {
  if (message.size() <= kMaxStatusMessageBytes) return message;
  size_t end = kMaxStatusMessageBytes;
  // Never through the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) --end;
  return message.substr(0, end) + "…";
}

// Leaves out the last of the violations until the detail has at most `max_bytes`. Those of a
// BadRequest are few enough (Violations).
void TrimDetail(google::protobuf::Any& detail, size_t max_bytes) {
  google::rpc::PreconditionFailure conditions;
  if (!detail.UnpackTo(&conditions)) return;
  auto& violations = *conditions.mutable_violations();
  size_t bytes = 64;  // For the one that counts the rest.
  int kept = 0;
  for (const auto& violation : violations) {
    bytes += violation.ByteSizeLong() + 4;
    if (bytes > max_bytes) break;
    ++kept;
  }
  const int dropped = violations.size() - kept;
  if (dropped == 0) return;
  violations.DeleteSubrange(kept, dropped);
  violations.Add()->set_description(fmt::format("and {} more", dropped));
  detail.PackFrom(conditions);
}

// Makes it fit into trailing metadata. ErrorInfo comes first and stays if anything does.
void TrimToMetadata(google::rpc::Status& status) {
  status.set_message(Shortened(status.message()));
  if (status.ByteSizeLong() <= kMaxStatusDetailBytes) return;
  auto& details = *status.mutable_details();
  std::stable_partition(details.begin(), details.end(), [](const google::protobuf::Any& detail) {
    return detail.Is<google::rpc::ErrorInfo>();
  });
  for (google::protobuf::Any& detail : details) {
    TrimDetail(detail, kMaxStatusDetailBytes / 2);
  }
  while (!details.empty() && status.ByteSizeLong() > kMaxStatusDetailBytes) details.RemoveLast();
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  // What begins otherwise is a mark for the program itself, such as the code of a nats-server.
  constexpr char kForClients[] = "type.googleapis.com/";
  google::rpc::Status result;
  result.set_code(static_cast<int>(status.code()));
  const absl::string_view message = status.message();
  result.set_message(std::string(message.data(), message.size()));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    if (!absl::StartsWith(type_url, kForClients)) return;
    google::protobuf::Any& detail = *result.add_details();
    detail.set_type_url(std::string(type_url.data(), type_url.size()));
    detail.set_value(std::string(payload));
  });
  // Payloads come in no fixed order; an answer should.
  std::sort(result.mutable_details()->begin(), result.mutable_details()->end(),
            [](const auto& a, const auto& b) { return a.type_url() < b.type_url(); });
  return result;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details = ToRpcStatus(status);
  TrimToMetadata(details);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.SerializeAsString());
}

grpc::Status EndOf(grpc::ServerContextBase& call, const absl::Status& ended) {
  const absl::Status status = WithRetryInfo(ended);
  google::rpc::RetryInfo retry;
  const auto payload = status.GetPayload(TypeUrl<google::rpc::RetryInfo>());
  if (payload.has_value() && retry.ParseFromString(std::string(*payload))) {
    // Rounded up, so that nobody comes too early.
    const int64_t milliseconds =
        retry.retry_delay().seconds() * 1000 + (retry.retry_delay().nanos() + 999'999) / 1'000'000;
    call.AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(milliseconds));
  }
  return ToGrpcStatus(status);
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.code()), status.message());
  for (const google::protobuf::Any& detail : status.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details()) &&
      details.code() == static_cast<int>(status.error_code())) {
    return FromRpcStatus(details);
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

absl::Status WithMetadata(absl::Status status, const ErrorMetadata& metadata) {
  const std::string type_url = TypeUrl<google::rpc::ErrorInfo>();
  const auto payload = status.GetPayload(type_url);
  google::rpc::ErrorInfo detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return status;
  for (const auto& [key, value] : metadata) (*detail.mutable_metadata())[key] = value;
  status.SetPayload(type_url, absl::Cord(StableBytes(detail)));
  return status;
}

}  // namespace chipline
