#ifndef CHIPLINE_SERVICES_SECURITY_POLICY_CHECK_H_
#define CHIPLINE_SERVICES_SECURITY_POLICY_CHECK_H_

#include <string>
#include <vector>

#include "chipline/config/v1/policy.pb.h"

namespace chipline::security {

// Everything that is wrong with a policy by the rules of policy.proto; empty if nothing is. Pure.
// Methods of the chipline packages must exist, and of http/ there is kMetricsMethod alone; those of
// services that gRPC brings cannot be looked up everywhere and need only the form.
std::vector<std::string> CheckPolicy(const config::v1::Policy& policy);

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_POLICY_CHECK_H_
