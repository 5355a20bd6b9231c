#include "services/security/policy_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

#include "chipline/v1/admin_service.pb.h"
#include "chipline/v1/event_log_service.pb.h"
#include "chipline/v1/subscription_service.pb.h"
#include "chipline/v1/timeline_service.pb.h"
#include "fmt/format.h"
#include "services/security/policy.h"
#include "storage/command_limits.h"
#include "storage/limits.h"
#include "storage/subject_pattern.h"

namespace chipline::security {
namespace {

using Wrong = std::vector<std::string>;

// package.Service/Method.
bool IsMethodName(std::string_view method) {
  const size_t slash = method.find('/');
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/';
  };
  return slash != std::string_view::npos && slash > 0 && slash + 1 < method.size() &&
         method.find('/', slash + 1) == std::string_view::npos &&
         std::all_of(method.begin(), method.end(), is_name);
}

// Of the services that the server has; named one by one, so that they are in the program.
bool IsKnownMethod(std::string_view method) {
  if (method.starts_with("http/")) return method == kMetricsMethod;
  if (!method.starts_with("chipline.")) return true;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetHeadRequest::descriptor()->file(), v1::SubscribeRequest::descriptor()->file(),
        v1::GetTimelineRequest::descriptor()->file(), v1::GetStatsRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor& service = *file->service(i);
      const std::string prefix = service.full_name() + "/";
      if (method.starts_with(prefix) &&
          service.FindMethodByName(std::string(method.substr(prefix.size()))) != nullptr) {
        return true;
      }
    }
  }
  return false;
}

void CheckMethod(const std::string& role, const std::string& method, bool has_subjects,
                 Wrong& wrong) {
  if (!IsMethodName(method)) {
    wrong.push_back(fmt::format(
        "role {}: {} is no method's name, which is like chipline.v1.EventLogService/GetHead", role,
        method));
  } else if (!IsKnownMethod(method)) {
    wrong.push_back(fmt::format("role {}: there is no method {}", role, method));
  } else if (Policy::MindsSubjects(method) && !has_subjects) {
    wrong.push_back(
        fmt::format("role {}: {} needs subjects; \">\" alone is every subject", role, method));
  } else if (!Policy::MindsSubjects(method) && has_subjects) {
    wrong.push_back(fmt::format(
        "role {}: {} answers over all subjects and cannot be kept to some; grant it in a "
        "permission without subjects",
        role, method));
  }
}

void CheckRole(const config::v1::Role& role, Wrong& wrong) {
  if (role.name().empty()) wrong.emplace_back("a role has no name");
  if (role.permissions().empty()) {
    wrong.push_back(fmt::format("role {} has no permissions", role.name()));
  }
  for (const config::v1::Permission& permission : role.permissions()) {
    if (permission.methods().empty()) {
      wrong.push_back(fmt::format("role {}: a permission has no methods", role.name()));
    }
    for (const std::string& method : permission.methods()) {
      CheckMethod(role.name(), method, !permission.subjects().empty(), wrong);
    }
    for (const std::string& subject : permission.subjects()) {
      if (storage::IsSubjectPattern(subject)) continue;
      wrong.push_back(fmt::format("role {}: {} is no pattern of subjects", role.name(), subject));
    }
  }
}

bool IsPrincipal(std::string_view principal) {
  static constexpr std::string_view kKinds[] = {"uri:", "dns:", "cn:", "sub:", "role:"};
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](std::string_view kind) {
    return principal.starts_with(kind) && principal.size() > kind.size() &&
           principal.size() <= kind.size() + limits::kMaxPrincipalBytes;
  });
}

// The patterns that a caller is granted go with each of its appends.
void CheckGrants(const config::v1::Policy& policy, Wrong& wrong) {
  std::map<std::string_view, size_t> of_role;
  for (const config::v1::Role& role : policy.roles()) {
    for (const config::v1::Permission& permission : role.permissions()) {
      for (const std::string& subject : permission.subjects()) {
        of_role[role.name()] += subject.size();
      }
    }
  }
  std::map<std::string_view, size_t> of_principal;
  for (const config::v1::Binding& binding : policy.bindings()) {
    for (const std::string& principal : binding.principals()) {
      of_principal[principal] += of_role[binding.role()];
    }
  }
  for (const auto& [principal, bytes] : of_principal) {
    if (bytes <= limits::kMaxGrantBytes) continue;
    wrong.push_back(fmt::format(
        "{} is granted {} bytes of patterns of subjects; {} are the most: use wildcards", principal,
        bytes, limits::kMaxGrantBytes));
  }
}

}  // namespace

std::vector<std::string> CheckPolicy(const config::v1::Policy& policy) {
  Wrong wrong;
  if (policy.bindings().empty()) {
    // An empty file too, and one that was cut while it was being written.
    wrong.emplace_back("it binds no role to anybody, so that nobody could do anything");
  }
  std::set<std::string_view> roles;
  for (const config::v1::Role& role : policy.roles()) {
    CheckRole(role, wrong);
    if (!roles.insert(role.name()).second) {
      wrong.push_back(fmt::format("there are two roles {}", role.name()));
    }
  }
  for (const config::v1::Binding& binding : policy.bindings()) {
    if (!roles.contains(binding.role())) {
      wrong.push_back(
          fmt::format("a binding is to the role \"{}\", which is not there", binding.role()));
    }
    if (binding.principals().empty()) {
      wrong.push_back(fmt::format("a binding to the role {} has no principals", binding.role()));
    }
    for (const std::string& principal : binding.principals()) {
      if (IsPrincipal(principal)) continue;
      wrong.push_back(fmt::format(
          "{} is no principal, which begins with uri:, dns:, cn:, sub: or role:", principal));
    }
  }
  CheckGrants(policy, wrong);
  return wrong;
}

}  // namespace chipline::security
