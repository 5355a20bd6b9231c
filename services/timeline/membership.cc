#include "services/timeline/membership.h"

#include <optional>
#include <utility>

#include "services/kinds/entry_key.h"
#include "storage/status_macros.h"

namespace chipline::timeline {

using storage::Position;

absl::StatusOr<Members> Membership::At(Position event, Position at) {
  Members members;
  if (event > at) return members;
  const NamesAt names{names_, at};
  // The event and everything that it links to, directly or not: it is a row wherever one of these
  // is.
  std::vector<Position> open = {event};
  std::set<Position> seen = {event};
  while (!open.empty()) {
    const Position here = open.back();
    open.pop_back();
    ASSIGN_OR_RETURN(const auto read, events_.At(here));
    for (v1::EntryKey& key : kinds::KeysOf(*read, names)) {
      std::string id = kinds::EntryId(key);
      members.try_emplace(std::move(id), Member{std::move(key), here == event});
    }
    ASSIGN_OR_RETURN(const std::vector<Position> referring,
                     carriers_.Of(read->event().event_id(), Beside::kReference, at));
    for (const Position claim : referring) {
      ASSIGN_OR_RETURN(const auto referrer, events_.At(claim));
      for (v1::EntryKey& key : kinds::KeysOf(*referrer, names)) {
        std::string id = kinds::EntryId(key);
        members.try_emplace(std::move(id), Member{std::move(key), false});
      }
    }
    for (const v1::Link& link : read->event().links()) {
      ASSIGN_OR_RETURN(const std::optional<Position> target, events_.Find(link.event_id(), at));
      if (target.has_value() && seen.insert(*target).second) open.push_back(*target);
    }
  }
  return members;
}

absl::StatusOr<std::set<Position>> Membership::Downstream(std::set<Position> events, Position at) {
  std::set<Position> reached = events;
  for (const Position event : events) {
    ASSIGN_OR_RETURN(const auto read, events_.At(event));
    for (const std::string& id : kinds::ReferencesOf(read->event())) {
      ASSIGN_OR_RETURN(const std::optional<Position> whole, events_.Find(id, at));
      if (whole.has_value()) reached.insert(*whole);
    }
  }
  std::vector<Position> open(reached.begin(), reached.end());
  while (!open.empty()) {
    ASSIGN_OR_RETURN(const auto read, events_.At(open.back()));
    open.pop_back();
    ASSIGN_OR_RETURN(const std::vector<Position> carriers,
                     carriers_.Of(read->event().event_id(), Beside::kLink, at));
    for (const Position carrier : carriers) {
      if (reached.insert(carrier).second) open.push_back(carrier);
    }
  }
  return reached;
}

}  // namespace chipline::timeline
