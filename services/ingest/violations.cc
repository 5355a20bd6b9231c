#include "services/ingest/violations.h"

#include "google/rpc/error_details.pb.h"

#include "fmt/format.h"
#include "services/ingest/field_limits.h"
#include "storage/error.h"

namespace chipline::ingest {

void Violations::Add(const FieldPath& path, std::string description) {
  ++count_;
  if (kept_.size() == limits::kMaxViolations || bytes_ == limits::kMaxViolationBytes) return;
  std::string field = path.ToString();
  if (bytes_ + field.size() + description.size() > limits::kMaxViolationBytes) {
    bytes_ = limits::kMaxViolationBytes;
    return;
  }
  bytes_ += field.size() + description.size();
  kept_.emplace_back(std::move(field), std::move(description));
}

absl::Status Violations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  google::rpc::BadRequest details;
  for (const auto& [field, description] : kept_) {
    auto* violation = details.add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
  if (count_ > kept_.size()) {
    details.add_field_violations()->set_description(
        fmt::format("{} more fields are wrong; only the first {} are listed, send again once they "
                    "are right",
                    count_ - kept_.size(), kept_.size()));
  }
  return BadRequestError(details);
}

}  // namespace chipline::ingest
