#ifndef CHIPLINE_STORAGE_EVENT_RULES_H_
#define CHIPLINE_STORAGE_EVENT_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "chipline/storage/v1/command.pb.h"
#include "storage/position.h"

namespace chipline::storage {

// What an event is about.
struct EventName {
  std::string subject;
  // kind/id, sorted, without repeats.
  std::vector<std::string> entities;
};

// What the committer asks of the domain, which the log itself knows nothing of. Deterministic: the
// answers follow from the events admitted before, and from nothing else. Called from the thread
// that opens the log, and then from the committer's only.
class EventRules {
 public:
  virtual ~EventRules() = default;

  // Names the event that is about to take `position`, by the names known so far, and learns what it
  // says about names. Returns FAILED_PRECONDITION or ALREADY_EXISTS if it contradicts them, having
  // learnt nothing.
  virtual absl::StatusOr<EventName> Admit(const v1::SealedEvent& event, Position position) = 0;

  // Unlearns everything admitted at `position` or later: the append was refused after all.
  virtual void Forget(Position position) = 0;

  // Learns a change of a name again that was admitted at `position`; called at open with each, in
  // order. Returns DATA_LOSS if it contradicts an earlier one.
  virtual absl::Status Restore(Position position, const v1::NameChange& change) = 0;

  // The subjects whose events change names, as a pattern.
  virtual std::string_view NameSubjects() const = 0;

  // The change of a name in a stored event of NameSubjects, given as the bytes of a
  // chipline.v1.RecordedEvent: for logs that were written before such changes were kept beside the
  // events. DATA_LOSS if it cannot be read.
  virtual absl::StatusOr<v1::NameChange> NameChangeIn(std::string_view recorded_event) const = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_EVENT_RULES_H_
