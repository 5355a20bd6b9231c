#include "services/query/versions.h"

#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/timeline/folds/fold.h"

namespace chipline::query {
namespace {

void CheckVersion(uint32_t asked, uint32_t there_is, std::string_view field, Violations& bad) {
  if (asked == 0 || asked == there_is) return;
  bad.Add(field,
          fmt::format("is {}, which this server does not have: it answers by {}", asked, there_is));
}

}  // namespace

void CheckViewVersion(uint32_t asked, Violations& bad) {
  CheckVersion(asked, timeline::kViewVersion, "view_version", bad);
}

void CheckPolicyVersion(uint32_t asked, Violations& bad) {
  CheckVersion(asked, timeline::kPolicyVersion, "policy_version", bad);
}

}  // namespace chipline::query
