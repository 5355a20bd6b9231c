#ifndef CHIPLINE_SERVICES_TIMELINE_MEMBERSHIP_H_
#define CHIPLINE_SERVICES_TIMELINE_MEMBERSHIP_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/timeline/carriers.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/log_events.h"

namespace chipline::timeline {

// An entry that an event is a row of.
struct Member {
  v1::EntryKey key;
  // Whether the event makes a claim in the entry.
  bool own = false;
};
// By entry_id.
using Members = std::map<std::string, Member>;

// Which entries an event is a row of, at any position: a function of the log up to there. The rows
// of an entry are the least set that holds
//   * the events that make a claim in it, by the names as known (KeysOf);
//   * the events that these refer to (ReferencesOf);
//   * every event that links to one in the set, in whatever order they arrived.
// Needs the carriers of all events up to the position. For the materializer's thread: not
// thread-safe. All three must outlive it.
class Membership {
 public:
  Membership(const Carriers& carriers, LogEvents& events, const NameTable& names)
      : carriers_(carriers), events_(events), names_(names) {}

  // The entries of which the event is a row as of `at`; none if the event comes later.
  absl::StatusOr<Members> At(storage::Position event, storage::Position at);

  // The events whose entries may have changed as of `at` if those of `events` did: these events,
  // the ones to which they refer, and all that link to any of them.
  absl::StatusOr<std::set<storage::Position>> Downstream(std::set<storage::Position> events,
                                                         storage::Position at);

 private:
  const Carriers& carriers_;
  LogEvents& events_;
  const NameTable& names_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_MEMBERSHIP_H_
