#include "services/rpc/subject_scope.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"

namespace chipline {
namespace {

bool Covers(const std::vector<std::string>& grant, std::string_view pattern) {
  return std::any_of(grant.begin(), grant.end(), [&](const std::string& wide) {
    return storage::PatternCovers(wide, pattern);
  });
}

bool Covers(const std::vector<std::string>& grant, const storage::Clause& clause) {
  return clause.entities.empty() && !clause.subject_patterns.empty() &&
         std::all_of(clause.subject_patterns.begin(), clause.subject_patterns.end(),
                     [&](const std::string& pattern) { return Covers(grant, pattern); });
}

std::string Words(const std::vector<std::string>& grant) {
  return fmt::format("{}", fmt::join(grant, ", "));
}

}  // namespace

absl::Status CheckSubject(const Access* access, std::string_view subject) {
  if (access == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const SubjectGrant grant, access->Now());
  const auto matches = [subject](const std::string& pattern) {
    return storage::SubjectMatches(pattern, subject);
  };
  if (grant == nullptr || std::any_of(grant->begin(), grant->end(), matches)) {
    return absl::OkStatus();
  }
  return access->Refuse(fmt::format(
      "the event is not of the subjects that are granted, which are {}", Words(*grant)));
}

absl::Status CheckPattern(const Access* access, std::string_view pattern) {
  if (access == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const SubjectGrant grant, access->Now());
  if (grant == nullptr || Covers(*grant, pattern.empty() ? ">" : pattern)) return absl::OkStatus();
  return access->Refuse(fmt::format(
      "only these subjects are granted, so give a subject_pattern within them: {}", Words(*grant)));
}

absl::Status CheckFilter(const Access* access, const storage::Filter& filter) {
  if (access == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const SubjectGrant grant, access->Now());
  if (grant == nullptr || std::any_of(filter.clauses.begin(), filter.clauses.end(),
                                      [&](const auto& clause) { return Covers(*grant, clause); })) {
    return absl::OkStatus();
  }
  return access->Refuse(fmt::format(
      "only these subjects are granted, so give a filter whose subject_patterns or event_types are "
      "all within them: {}",
      Words(*grant)));
}

}  // namespace chipline
