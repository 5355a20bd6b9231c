#include "storage/violations.h"

#include <string>

#include "storage/error.h"
#include "storage/limits.h"

namespace chipline {
namespace {

// The tags and lengths around one violation's texts.
constexpr size_t kFraming = 12;

}  // namespace

void Violations::Add(std::string_view field, std::string_view description) {
  ++count_;
  if (full_) return;
  const size_t bytes = field.size() + description.size() + kFraming;
  // The first one is always listed.
  if (count_ > 1 && bytes_ + bytes > limits::kMaxViolationBytes) {
    full_ = true;
    return;
  }
  bytes_ += bytes;
  auto& violation = *kept_.add_field_violations();
  violation.set_field(std::string(field));
  violation.set_description(std::string(description));
  full_ = count_ == limits::kMaxViolations;
}

absl::Status Violations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  return BadRequestError(kept_, count_ - static_cast<size_t>(kept_.field_violations_size()));
}

}  // namespace chipline
