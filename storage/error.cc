#include "storage/error.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"

#include "storage/stable_bytes.h"
#include "storage/timestamp.h"

namespace chipline {
namespace {

constexpr std::string_view kDomain = "chipline";

// How many bytes of failed preconditions ErrorInfo may hold, so that all details fit into the
// trailers (services/rpc/status.h), and how many one takes besides its subject.
constexpr size_t kMaxFiguresBytes = 768;
constexpr size_t kFiguresBytes = 96;

template <typename Detail>
std::string TypeUrl() {
  return "type.googleapis.com/" + Detail::descriptor()->full_name();
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(StableBytes(detail)));
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

absl::Status PreconditionError(std::string_view what,
                               const std::vector<FailedPrecondition>& failures) {
  const std::string name(what);
  std::string upper = "EXPECTED_";
  for (const char c : name) upper += absl::ascii_toupper(static_cast<unsigned char>(c));
  std::string message = "the log is not as expected: ";
  google::rpc::PreconditionFailure details;
  ErrorMetadata metadata;
  size_t bytes = 0;
  for (const FailedPrecondition& failure : failures) {
    const std::string expected = std::to_string(failure.expected);
    const std::string actual = std::to_string(failure.actual);
    auto& violation = *details.add_violations();
    violation.set_type(upper);
    violation.set_subject(failure.subject);
    violation.set_description("expected " + name + " " + expected + ", but it is at " + actual);
    if (details.violations_size() > 1) message += "; ";
    message += violation.subject() + ": " + violation.description();

    const int number = details.violations_size();
    const std::string suffix = number == 1 ? "" : "_" + std::to_string(number);
    bytes += failure.subject.size() + 2 * name.size() + kFiguresBytes;
    if (number > 1 && bytes > kMaxFiguresBytes) continue;
    metadata.emplace_back("subject" + suffix, failure.subject);
    metadata.emplace_back("expected_" + name + suffix, expected);
    metadata.emplace_back("actual_" + name + suffix, actual);
  }
  absl::Status status = Error(absl::StatusCode::kAborted, upper + "_DIFFERS", message, metadata);
  Attach(status, details);
  return status;
}

absl::Status RetryError(std::string_view reason, std::string_view message, absl::Duration delay) {
  absl::Status status = Error(absl::StatusCode::kUnavailable, reason, message);
  google::rpc::RetryInfo detail;
  *detail.mutable_retry_delay() = ToDuration(delay);
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
