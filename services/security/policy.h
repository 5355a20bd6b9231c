#ifndef CHIPLINE_SERVICES_SECURITY_POLICY_H_
#define CHIPLINE_SERVICES_SECURITY_POLICY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "chipline/config/v1/policy.pb.h"
#include "services/rpc/access.h"

namespace chipline::security {

// What a policy grants for /metrics over HTTP (--http-auth); no RPC has this name.
inline constexpr std::string_view kMetricsMethod = "http/metrics";

// A policy, checked and made ready to be asked. Immutable, so safe to share.
//
// Whether a method minds subjects stands in one list here. A method that is not on it can only be
// granted whole; so one that is new, or that forgets to look at subjects, never lets a caller who
// is kept to some subjects see others.
class Policy {
 public:
  // Reads chipline.config.v1.Policy in text format. INVALID_ARGUMENT with everything that is wrong,
  // each with its line where the format itself is broken.
  static absl::StatusOr<Policy> Parse(std::string_view text);

  // What a caller with these names may do with a method, given as in
  // "chipline.v1.EventLogService/GetEvent". None: nothing.
  std::optional<SubjectGrant> Find(const std::vector<std::string>& names,
                                   std::string_view method) const;

  // Whether a method can be granted for some subjects only.
  static bool MindsSubjects(std::string_view method);

  size_t roles() const { return roles_; }
  size_t principals() const { return grants_.size(); }

 private:
  using Methods = absl::flat_hash_map<std::string, SubjectGrant>;

  explicit Policy(const config::v1::Policy& checked);

  // Principal, then method.
  absl::flat_hash_map<std::string, Methods> grants_;
  size_t roles_ = 0;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_POLICY_H_
