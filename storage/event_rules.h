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

// What the committer asks the domain, of which the log knows nothing. Deterministic: the answers
// depend only on the events admitted before. Called from the thread that opens the log, and then
// only from the committer.
class EventRules {
 public:
  virtual ~EventRules() = default;

  // Names the event that is to get `position`, by the names known so far, and learns the names that
  // it changes. FAILED_PRECONDITION or ALREADY_EXISTS if it contradicts them; then nothing was
  // learnt.
  virtual absl::StatusOr<EventName> Admit(const v1::SealedEvent& event, Position position) = 0;

  // Undoes everything admitted at `position` or later: the append was refused after all.
  virtual void Forget(Position position) = 0;

  // Learns a change of a name again that was admitted at `position`. Called at open with each
  // change, in order. DATA_LOSS if it contradicts an earlier one.
  virtual absl::Status Restore(Position position, const v1::NameChange& change) = 0;

  // The subjects whose events change names, as a pattern.
  virtual std::string_view NameSubjects() const = 0;

  // The change of a name in a stored event of NameSubjects, given as the bytes of a
  // chipline.v1.RecordedEvent. For logs that were written before such changes were stored beside
  // the events. DATA_LOSS if it cannot be read.
  virtual absl::StatusOr<v1::NameChange> NameChangeIn(std::string_view recorded_event) const = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_EVENT_RULES_H_
