#include "services/admin/rules_change.h"

#include <memory>
#include <string>
#include <utility>

#include "chipline/storage/v1/command.pb.h"
#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/values/fold_key.h"
#include "storage/error.h"
#include "storage/status_macros.h"
#include "storage/violations.h"

namespace chipline::admin {
namespace {

absl::Status Refused(std::string_view reason, const std::string& message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

}  // namespace

absl::Status CheckRulesChange(const v1::SetRulesVersionRequest& request,
                              const v1::GetClusterResponse& cluster) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  Violations bad;
  const uint32_t version = request.rules_version();
  if (version == 0) bad.Add("rules_version", "is 0; it is 1 or more");
  RETURN_IF_ERROR(bad.ToStatus());
  if (!cluster.has_cluster()) {
    return Refused("NOT_OF_A_CLUSTER",
                   "the server is alone, and applies by the newest rules that it knows");
  }
  const v1::ClusterInfo& info = cluster.cluster();
  if (version < info.rules_version()) {
    return Refused("RULES_OLDER", fmt::format("rules version {} is older than the one in force, "
                                              "which is {}",
                                              version, info.rules_version()));
  }
  if (version > info.newest_rules_version()) {
    return Refused("RULES_UNKNOWN",
                   fmt::format("this node knows rules up to version {}; start a newer chipline on "
                               "every node first",
                               info.newest_rules_version()));
  }
  std::string old;
  for (const v1::ClusterNode& node : cluster.nodes()) {
    if (node.newest_rules_version() >= version) continue;
    old += fmt::format("{}{} (up to {})", old.empty() ? "" : ", ", node.node(),
                       node.newest_rules_version());
  }
  if (old.empty() || request.force()) return absl::OkStatus();
  return Refused("NODES_TOO_OLD",
                 fmt::format("not every node knows rules version {}: {}; start a newer chipline "
                             "there first, or set force and those nodes stop until you do",
                             version, old));
}

void SetRules(const v1::SetRulesVersionRequest& request, const v1::GetClusterResponse& cluster,
              storage::Log& log, RulesChanged done) {
  if (absl::Status fit = CheckRulesChange(request, cluster); !fit.ok()) return done(fit);
  storage::v1::Command command;
  command.mutable_set_rules()->set_version(request.rules_version());
  command.mutable_set_rules()->set_fold_key_version(FoldKeyVersion());
  // Shared, because the log does not call its copy if it refuses the command.
  const auto answer = std::make_shared<RulesChanged>(std::move(done));
  const absl::Status submitted =
      log.Submit(std::move(command), [&log, answer](const storage::Outcome& outcome) {
        if (!outcome.status.ok()) return (*answer)(outcome.status);
        v1::SetRulesVersionResponse response;
        response.set_rules_version(log.rules_version());
        (*answer)(std::move(response));
      });
  if (!submitted.ok()) (*answer)(submitted);
}

}  // namespace chipline::admin
