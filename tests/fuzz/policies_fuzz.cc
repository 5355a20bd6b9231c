// Policy files, in text format: whatever is taken grants only what it names.
#include <string>

#include "services/security/policy.h"
#include "storage/subject_pattern.h"
#include "tests/fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using chipline::security::Policy;
  const auto policy = Policy::Parse(chipline::fuzz::Text(bytes, size));
  if (!policy.ok()) {
    MUST(absl::IsInvalidArgument(policy.status()) && !policy.status().message().empty());
    return 0;
  }
  MUST(!policy->Find({"sub:nobody-at-all"}, "chipline.v1.EventLogService/GetHead").has_value());
  MUST(!policy->Find({"role:reader"}, "chipline.v1.EventLogService/NoSuchMethod").has_value());
  for (const char* method :
       {"chipline.v1.EventLogService/ListEvents", "chipline.v1.TimelineService/GetTimeline"}) {
    const auto grant = policy->Find({"role:reader", "sub:alice"}, method);
    if (!grant.has_value() || *grant == nullptr) continue;
    MUST(Policy::MindsSubjects(method));
    for (const std::string& pattern : **grant) MUST(chipline::storage::IsSubjectPattern(pattern));
  }
  return 0;
}
