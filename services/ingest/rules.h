#ifndef CHIPLINE_SERVICES_INGEST_RULES_H_
#define CHIPLINE_SERVICES_INGEST_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/storage/v1/command.pb.h"
#include "services/values/name_table.h"
#include "storage/event_rules.h"

namespace chipline::ingest {

// The names that the log has learned, as the committer asks for them. An alias counts from its own
// event on, so one just before a claim in the same append does too. Deterministic: names were
// folded where they came in, and count as they were folded then.
//
// Not thread-safe: the committer's, as EventRules says. Grows with the number of alias changes, and
// by a bounded cache.
class NamingRules final : public storage::EventRules {
 public:
  // FAILED_PRECONDITION, reason ALIAS_NOT_FOUND, for the removal of a name that does not mean the
  // entity; ALREADY_EXISTS, reason ALIAS_TAKEN, for a name that means another one, which is named;
  // FAILED_PRECONDITION, reason NAMING_INVALID, for a command that ingest cannot have sealed.
  absl::StatusOr<storage::EventName> Admit(const storage::v1::SealedEvent& event,
                                           storage::Position position) override;
  void Forget(storage::Position position) override;
  absl::Status Restore(storage::Position position, const storage::v1::NameChange& change) override;
  std::string_view NameSubjects() const override { return "alias.>"; }
  // Folds the names by the ICU of this program.
  absl::StatusOr<storage::v1::NameChange> NameChangeIn(
      std::string_view recorded_event) const override;

  const NameTable& names() const { return names_; }

 private:
  // The tokens of the mentions, in order.
  std::vector<std::string> Resolve(const storage::v1::Naming& naming);
  const std::string& TokenOf(const std::string& fold_key);

  NameTable names_;
  // Tokens of names that no alias covers, which may cost a hash. Cleared when full.
  absl::flat_hash_map<std::string, std::string> tokens_;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RULES_H_
