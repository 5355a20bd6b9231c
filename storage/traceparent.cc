#include "storage/traceparent.h"

#include <algorithm>

namespace chipline::storage {
namespace {

constexpr std::string_view kVersion = "00-";
constexpr size_t kTraceId = kVersion.size();
constexpr size_t kTraceIdDigits = 32;
constexpr size_t kParentId = kTraceId + kTraceIdDigits + 1;
constexpr size_t kParentIdDigits = 16;
constexpr size_t kFlags = kParentId + kParentIdDigits + 1;
constexpr size_t kFlagsDigits = 2;
static_assert(kFlags + kFlagsDigits == Traceparent::kBytes);

bool IsHex(std::string_view digits) {
  return digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsId(std::string_view digits) {
  return IsHex(digits) && digits.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

Traceparent Traceparent::Parse(std::string_view value) {
  Traceparent parsed;
  if (value.size() == kBytes && value.starts_with(kVersion) && value[kParentId - 1] == '-' &&
      value[kFlags - 1] == '-' && IsId(value.substr(kTraceId, kTraceIdDigits)) &&
      IsId(value.substr(kParentId, kParentIdDigits)) && IsHex(value.substr(kFlags))) {
    parsed.text_ = value;
  }
  return parsed;
}

std::string_view Traceparent::trace_id() const {
  return std::string_view(text_).substr(std::min(kTraceId, text_.size()), kTraceIdDigits);
}

}  // namespace chipline::storage
