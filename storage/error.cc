#include "storage/error.h"

#include <utility>

#include "absl/strings/cord.h"
#include "google/protobuf/duration.pb.h"

namespace chipline {
namespace {

constexpr std::string_view kDomain = "chipline";

template <typename Detail>
std::string TypeUrl() {
  return "type.googleapis.com/" + Detail::descriptor()->full_name();
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

std::string Summary(const google::rpc::BadRequest& details, size_t unlisted) {
  const size_t count = static_cast<size_t>(details.field_violations_size()) + unlisted;
  std::string summary =
      count == 1 ? "1 field is wrong: " : std::to_string(count) + " fields are wrong: ";
  for (int i = 0; i < details.field_violations_size() && i < 3; ++i) {
    const auto& violation = details.field_violations(i);
    if (i > 0) summary += "; ";
    summary += violation.field() + ": " + violation.description();
  }
  if (count > 3) summary += "; …";
  return summary;
}

}  // namespace

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const ErrorMetadata& metadata) {
  absl::Status status(code, absl::string_view(message.data(), message.size()));
  google::rpc::ErrorInfo detail;
  detail.set_reason(std::string(reason));
  detail.set_domain(std::string(kDomain));
  for (const auto& [key, value] : metadata) (*detail.mutable_metadata())[key] = value;
  Attach(status, detail);
  return status;
}

absl::Status BadRequestError(google::rpc::BadRequest details, size_t unlisted) {
  absl::Status status =
      Error(absl::StatusCode::kInvalidArgument, "INVALID_FIELDS", Summary(details, unlisted));
  if (unlisted > 0) {
    const std::string listed = std::to_string(details.field_violations_size());
    details.add_field_violations()->set_description(
        std::to_string(unlisted) + " more fields are wrong; only the first " + listed +
        " are listed, send again once they are right");
  }
  Attach(status, details);
  return status;
}

absl::Status BadFieldError(std::string_view field, std::string_view description) {
  google::rpc::BadRequest details;
  auto* violation = details.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
  return BadRequestError(std::move(details));
}

absl::Status PreconditionError(std::string_view reason,
                               const google::rpc::PreconditionFailure& details) {
  std::string message = "the log is not as expected: ";
  for (int i = 0; i < details.violations_size(); ++i) {
    const auto& violation = details.violations(i);
    if (i > 0) message += "; ";
    message += violation.subject() + ": " + violation.description();
  }
  absl::Status status = Error(absl::StatusCode::kAborted, reason, message);
  Attach(status, details);
  return status;
}

absl::Status RetryError(std::string_view reason, std::string_view message, absl::Duration delay) {
  absl::Status status = Error(absl::StatusCode::kUnavailable, reason, message);
  google::rpc::RetryInfo detail;
  detail.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  detail.mutable_retry_delay()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(delay - absl::Seconds(absl::ToInt64Seconds(delay)))));
  Attach(status, detail);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<google::rpc::ErrorInfo>());
  google::rpc::ErrorInfo detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return "";
  return detail.reason();
}

}  // namespace chipline
