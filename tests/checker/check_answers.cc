#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "fmt/format.h"
#include "tests/checker/facts.h"

// What answers promised: acknowledged is stored (I1), an id has one place (I5), and a precondition
// held (I4).
namespace chipline::checker {
namespace {

// For each subject the positions of its events.
using Revisions = std::unordered_map<std::string_view, std::vector<uint64_t>>;

Revisions RevisionsOf(const Facts& facts) {
  Revisions revisions;
  for (const auto& [event, line] : facts.log) {
    revisions[event->subject()].push_back(event->position());
  }
  return revisions;
}

// The revision of a subject just before a position.
uint64_t RevisionBefore(const Revisions& revisions, const std::string& subject, uint64_t position) {
  const auto found = revisions.find(subject);
  if (found == revisions.end()) return 0;
  const auto& positions = found->second;
  return static_cast<uint64_t>(std::lower_bound(positions.begin(), positions.end(), position) -
                               positions.begin());
}

// The first precondition that did not hold at `first`; null if all did.
const Expectation* FirstUnmet(const Attempt& attempt, uint64_t first, const Revisions& revisions) {
  for (const Expectation& expected : attempt.preconditions()) {
    if (RevisionBefore(revisions, expected.subject(), first) != expected.revision()) {
      return &expected;
    }
  }
  return nullptr;
}

Violation Unmet(const Expectation& expected, uint64_t first, const Revisions& revisions,
                std::vector<std::string> evidence) {
  return {"I4",
          fmt::format("the append at position {} expected {} at revision {}, which was at {} then",
                      first, expected.subject(), expected.revision(),
                      RevisionBefore(revisions, expected.subject(), first)),
          std::move(evidence)};
}

// The first precondition that two appends in the log both met, as only one can.
std::optional<Violation> CheckRaces(const Facts& facts) {
  std::unordered_map<std::string, std::pair<uint64_t, const SentAppend*>> winners;
  for (const SentAppend& append : facts.appends) {
    if (append.outcome() != OUTCOME_ACKNOWLEDGED || append.answer->events_size() == 0) continue;
    for (const Expectation& expected : append.attempt->preconditions()) {
      const auto& placed = append.answer->events();
      const bool writes = std::any_of(placed.begin(), placed.end(), [&](const Placed& event) {
        return event.subject() == expected.subject();
      });
      if (!writes) continue;
      const uint64_t first = placed.begin()->position();
      const auto [winner, only] = winners.try_emplace(
          fmt::format("{} {}", expected.subject(), expected.revision()), first, &append);
      if (only || winner->second.first == first) continue;
      return Violation{
          "I4",
          fmt::format("two appends succeeded that expected {} at revision {}: at "
                      "positions {} and {}",
                      expected.subject(), expected.revision(), winner->second.first, first),
          {winner->second.second->answered.ToString(), append.answered.ToString()}};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Violation> CheckAcknowledged(const Facts& facts) {
  for (const SentAppend& append : facts.appends) {
    if (append.outcome() != OUTCOME_ACKNOWLEDGED) continue;
    if (append.answer->events_size() != append.attempt->events_size()) {
      return Violation{"I1",
                       fmt::format("{} events were sent and {} answered",
                                   append.attempt->events_size(), append.answer->events_size()),
                       {append.sent.ToString(), append.answered.ToString()}};
    }
    for (int i = 0; i < append.answer->events_size(); ++i) {
      const Placed& placed = append.answer->events(i);
      const SentEvent& sent = append.attempt->events(i);
      const SeenEvent* event = facts.At(placed.position());
      if (event == nullptr) {
        return Violation{"I1",
                         fmt::format("{} was acknowledged at position {}, but the log ends at {}",
                                     sent.event_id(), placed.position(), facts.head()),
                         {append.answered.ToString()}};
      }
      if (event->event_id() != sent.event_id() || event->content() != sent.content() ||
          event->subject() != placed.subject() || event->revision() != placed.revision()) {
        return Violation{
            "I1",
            fmt::format("{} was acknowledged at position {} as {} revision {}; the log "
                        "has {} there, {} revision {}",
                        sent.event_id(), placed.position(), placed.subject(), placed.revision(),
                        event->event_id(), event->subject(), event->revision()),
            {append.answered.ToString(), facts.log[placed.position() - 1].at.ToString()}};
      }
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckIds(const Facts& facts) {
  std::unordered_map<std::string_view, Sighting> seen;
  for (const Sighting& sighting : facts.log) {
    const auto [first, only] = seen.try_emplace(sighting.event->event_id(), sighting);
    if (only) continue;
    return Violation{
        "I5",
        fmt::format("{} is in the log twice: at positions {} and {}", sighting.event->event_id(),
                    first->second.event->position(), sighting.event->position()),
        {first->second.at.ToString(), sighting.at.ToString()}};
  }
  std::unordered_map<std::string_view, std::pair<uint64_t, Line>> answered;
  for (const SentAppend& append : facts.appends) {
    if (append.outcome() != OUTCOME_ACKNOWLEDGED) continue;
    for (int i = 0; i < append.answer->events_size(); ++i) {
      const std::string& id = append.attempt->events(i).event_id();
      const uint64_t position = append.answer->events(i).position();
      const auto [first, only] =
          answered.try_emplace(id, std::make_pair(position, append.answered));
      if (only || first->second.first == position) continue;
      return Violation{"I5",
                       fmt::format("{} was answered with position {} and with {}", id,
                                   first->second.first, position),
                       {first->second.second.ToString(), append.answered.ToString()}};
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckRevisions(const Facts& facts, const Appends& appends) {
  if (auto violation = CheckRaces(facts)) return violation;
  const Revisions revisions = RevisionsOf(facts);
  for (const SentAppend& append : facts.appends) {
    if (append.outcome() != OUTCOME_ACKNOWLEDGED || append.answer->events_size() == 0 ||
        append.answer->events(0).duplicate()) {
      continue;
    }
    const uint64_t first = append.answer->events(0).position();
    if (const Expectation* unmet = FirstUnmet(*append.attempt, first, revisions)) {
      return Unmet(*unmet, first, revisions, {append.answered.ToString()});
    }
  }
  // Also what nobody got an answer for may only be where one that was sent may be.
  for (const LoggedAppend& logged : appends.whole) {
    const SeenEvent& event = *logged.events.front();
    const auto senders = facts.senders.find(event.event_id());
    if (senders == facts.senders.end()) continue;
    const Expectation* unmet = nullptr;
    bool held = false;
    for (const size_t sender : senders->second) {
      const SentAppend& append = facts.appends[sender];
      if (append.outcome() == OUTCOME_REFUSED) continue;
      const Expectation* wrong = FirstUnmet(*append.attempt, event.position(), revisions);
      held |= wrong == nullptr;
      if (wrong != nullptr) unmet = wrong;
    }
    if (!held && unmet != nullptr) {
      return Unmet(*unmet, event.position(), revisions, {logged.at.ToString()});
    }
  }
  return std::nullopt;
}

}  // namespace chipline::checker
