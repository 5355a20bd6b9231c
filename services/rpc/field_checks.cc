#include "services/rpc/field_checks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "google/protobuf/util/time_util.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/timestamp.h"
#include "storage/unknown_fields.h"

namespace chipline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::TimeUtil;

constexpr int32_t kMaxNanos = 999'999'999;

void FindUnknown(const Message& message, const std::string& path, Violations& bad) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  AddUnknownFields(reflection.GetUnknownFields(message), path.empty() ? "request" : path, bad);
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const std::string name = path.empty() ? field->name() : path + "." + field->name();
    if (!field->is_repeated()) {
      FindUnknown(reflection.GetMessage(message, field), name, bad);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      FindUnknown(reflection.GetRepeatedMessage(message, field, i), fmt::format("{}[{}]", name, i),
                  bad);
    }
  }
}

}  // namespace

absl::Status CheckKnownFields(const Message& message) {
  Violations bad;
  FindUnknown(message, "", bad);
  return bad.ToStatus();
}

size_t ReadPageSize(int32_t page_size, Violations& bad) {
  if (page_size < 0) {
    bad.Add("page_size", fmt::format("is {}; 0 means {}, and {} is the most", page_size,
                                     limits::kDefaultPageSize, limits::kMaxPageSize));
  }
  if (page_size <= 0) return limits::kDefaultPageSize;
  return std::min(static_cast<size_t>(page_size), limits::kMaxPageSize);
}

std::optional<absl::Time> ReadTimestamp(const google::protobuf::Timestamp& value,
                                        std::string_view field, Violations& bad) {
  if (value.seconds() < TimeUtil::kTimestampMinSeconds ||
      value.seconds() > TimeUtil::kTimestampMaxSeconds || value.nanos() < 0 ||
      value.nanos() > kMaxNanos) {
    bad.Add(field, "is not a time between the years 1 and 9999");
    return std::nullopt;
  }
  return FromTimestamp(value);
}

std::optional<absl::Duration> ReadDuration(const google::protobuf::Duration& value,
                                           std::string_view field, Violations& bad) {
  const bool signs_differ =
      (value.seconds() < 0 && value.nanos() > 0) || (value.seconds() > 0 && value.nanos() < 0);
  if (value.seconds() < TimeUtil::kDurationMinSeconds ||
      value.seconds() > TimeUtil::kDurationMaxSeconds || value.nanos() < -kMaxNanos ||
      value.nanos() > kMaxNanos || signs_differ) {
    bad.Add(field, "is not a valid duration");
    return std::nullopt;
  }
  return FromDuration(value);
}

}  // namespace chipline
