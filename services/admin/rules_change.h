#ifndef CHIPLINE_SERVICES_ADMIN_RULES_CHANGE_H_
#define CHIPLINE_SERVICES_ADMIN_RULES_CHANGE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/v1/admin_service.pb.h"
#include "storage/log.h"

namespace chipline::admin {

using RulesChanged = std::function<void(absl::StatusOr<v1::SetRulesVersionResponse>)>;

// Puts a version of the rules in force on every node, by a command in the order that all share.
// Calls `done` once, on any thread. Errors as the contract says; INVALID_ARGUMENT for fields.
void SetRules(const v1::SetRulesVersionRequest& request, const v1::GetClusterResponse& cluster,
              storage::Log& log, RulesChanged done);

// OK if it may be put in force: pure.
absl::Status CheckRulesChange(const v1::SetRulesVersionRequest& request,
                              const v1::GetClusterResponse& cluster);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_RULES_CHANGE_H_
