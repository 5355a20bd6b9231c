#include "services/security/policy.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/security/policy_check.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::security {
namespace {

using google::protobuf::TextFormat;

class SyntaxErrors final : public google::protobuf::io::ErrorCollector {
 public:
  explicit SyntaxErrors(std::vector<std::string>& wrong) : wrong_(wrong) {}
  void AddError(int line, int column, const std::string& message) override {
    wrong_.push_back(fmt::format("line {}, column {}: {}", line + 1, column + 1, message));
  }

 private:
  std::vector<std::string>& wrong_;
};

absl::Status InvalidPolicy(const std::vector<std::string>& wrong) {
  constexpr size_t kShown = 20;
  const size_t shown = std::min(wrong.size(), kShown);
  std::string words = fmt::format(
      "{}", fmt::join(wrong.begin(), wrong.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
  if (wrong.size() > shown) words += fmt::format("; and {} more", wrong.size() - shown);
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_POLICY", words);
}

// All subjects that either grants.
SubjectGrant Union(const SubjectGrant& a, const SubjectGrant& b) {
  if (a == nullptr || b == nullptr) return nullptr;
  std::vector<std::string> patterns = *a;
  patterns.insert(patterns.end(), b->begin(), b->end());
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return std::make_shared<const std::vector<std::string>>(std::move(patterns));
}

SubjectGrant GrantOf(const config::v1::Permission& permission) {
  const auto& subjects = permission.subjects();
  if (subjects.empty() || std::find(subjects.begin(), subjects.end(), ">") != subjects.end()) {
    return nullptr;
  }
  return std::make_shared<const std::vector<std::string>>(subjects.begin(), subjects.end());
}

}  // namespace

bool Policy::MindsSubjects(std::string_view method) {
  static constexpr std::string_view kMethods[] = {
      "chipline.v1.EventLogService/AppendEvents", "chipline.v1.EventLogService/PipelineAppend",
      "chipline.v1.EventLogService/GetEvent",     "chipline.v1.EventLogService/ListEvents",
      "chipline.v1.EventLogService/ReadEvents",   "chipline.v1.EventLogService/ListSubjects",
      "chipline.v1.SubscriptionService/Subscribe"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

absl::StatusOr<Policy> Policy::Parse(std::string_view text) {
  if (text.size() > limits::kMaxPolicyBytes) {
    return InvalidPolicy(
        {fmt::format("it has {} bytes; {} are the most", text.size(), limits::kMaxPolicyBytes)});
  }
  std::vector<std::string> wrong;
  SyntaxErrors errors(wrong);
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(16);
  config::v1::Policy policy;
  if (!parser.ParseFromString(std::string(text), &policy)) return InvalidPolicy(wrong);
  wrong = CheckPolicy(policy);
  if (!wrong.empty()) return InvalidPolicy(wrong);
  return Policy(policy);
}

Policy::Policy(const config::v1::Policy& checked)
    : roles_(static_cast<size_t>(checked.roles_size())) {
  absl::flat_hash_map<std::string, Methods> roles;
  for (const config::v1::Role& role : checked.roles()) {
    Methods& methods = roles[role.name()];
    for (const config::v1::Permission& permission : role.permissions()) {
      const SubjectGrant grant = GrantOf(permission);
      for (const std::string& method : permission.methods()) {
        const auto [known, added] = methods.try_emplace(method, grant);
        if (!added) known->second = Union(known->second, grant);
      }
    }
  }
  for (const config::v1::Binding& binding : checked.bindings()) {
    for (const std::string& principal : binding.principals()) {
      Methods& methods = grants_[principal];
      for (const auto& [method, grant] : roles[binding.role()]) {
        const auto [known, added] = methods.try_emplace(method, grant);
        if (!added) known->second = Union(known->second, grant);
      }
    }
  }
}

std::optional<SubjectGrant> Policy::Find(const std::vector<std::string>& names,
                                         std::string_view method) const {
  std::optional<SubjectGrant> found;
  for (const std::string& name : names) {
    const auto principal = grants_.find(name);
    if (principal == grants_.end()) continue;
    const auto grant = principal->second.find(absl::string_view(method.data(), method.size()));
    if (grant == principal->second.end()) continue;
    found = found.has_value() ? Union(*found, grant->second) : grant->second;
  }
  return found;
}

}  // namespace chipline::security
