#include <limits>
#include <string>
#include <unordered_map>

#include "fmt/format.h"
#include "tests/checker/facts.h"

// What the log must be by itself: dense (I3), of whole appends (I6), and of nothing but what was
// sent and not refused (I2).
namespace chipline::checker {
namespace {

// Whether the append in the log is exactly what was sent.
bool IsSent(const LoggedAppend& logged, const SentAppend& sent) {
  if (static_cast<size_t>(sent.attempt->events_size()) != logged.events.size()) return false;
  for (size_t i = 0; i < logged.events.size(); ++i) {
    if (sent.attempt->events(static_cast<int>(i)).event_id() != logged.events[i]->event_id()) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Violation> CheckLog(const Facts& facts) {
  std::unordered_map<std::string_view, uint64_t> revisions;
  const SeenEvent* before = nullptr;
  for (size_t i = 0; i < facts.log.size(); ++i) {
    const auto& [event, line] = facts.log[i];
    if (event->position() != i + 1) {
      return Violation{"I3",
                       fmt::format("positions are not dense: {} stands where {} should",
                                   event->position(), i + 1),
                       {line.ToString()}};
    }
    uint64_t& revision = revisions[event->subject()];
    if (event->revision() != ++revision) {
      return Violation{
          "I3",
          fmt::format("revisions of {} are not dense: position {} has revision {}, not {}",
                      event->subject(), event->position(), event->revision(), revision),
          {line.ToString()}};
    }
    if (before != nullptr) {
      const bool same_append = event->append_first_position() == before->append_first_position();
      if (event->record_time() < before->record_time() ||
          (!same_append && event->record_time() == before->record_time())) {
        return Violation{"I3",
                         fmt::format("record_time does not rise: {} at position {} after {} at {}",
                                     event->record_time(), event->position(), before->record_time(),
                                     before->position()),
                         {line.ToString()}};
      }
    }
    before = event;
  }
  return std::nullopt;
}

std::optional<Violation> CheckWhole(const Facts& facts, const Appends& appends) {
  if (appends.broken.has_value()) return appends.broken;
  for (const LoggedAppend& logged : appends.whole) {
    const SeenEvent& first = *logged.events.front();
    if (logged.events.size() != first.append_size()) {
      return Violation{"I6",
                       fmt::format("the append at position {} has {} of its {} events",
                                   first.position(), logged.events.size(), first.append_size()),
                       {logged.at.ToString()}};
    }
    const auto senders = facts.senders.find(first.event_id());
    if (senders == facts.senders.end()) continue;
    bool sent = false;
    for (const size_t sender : senders->second) sent |= IsSent(logged, facts.appends[sender]);
    if (!sent) {
      return Violation{
          "I6",
          fmt::format("the append at position {} is not one that was sent: {} ({} "
                      "events) was sent with others",
                      first.position(), first.event_id(), logged.events.size()),
          {logged.at.ToString(), facts.appends[senders->second.front()].sent.ToString()}};
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckPhantoms(const Facts& facts) {
  for (const SentAppend& append : facts.appends) {
    if (append.attempt->invalid() && append.outcome() == OUTCOME_ACKNOWLEDGED) {
      return Violation{"I2",
                       "an append that must be refused was acknowledged",
                       {append.sent.ToString(), append.answered.ToString()}};
    }
  }
  for (const auto& [event, line] : facts.log) {
    const auto senders = facts.senders.find(event->event_id());
    if (senders == facts.senders.end()) {
      return Violation{
          "I2",
          fmt::format("{} at position {} was never sent", event->event_id(), event->position()),
          {line.ToString()}};
    }
    std::vector<std::string> refused;
    bool possible = false;
    for (const size_t sender : senders->second) {
      const SentAppend& append = facts.appends[sender];
      bool same = false;
      for (const SentEvent& sent : append.attempt->events()) {
        same |= sent.event_id() == event->event_id() && sent.content() == event->content();
      }
      if (same && append.outcome() != OUTCOME_REFUSED) possible = true;
      if (same && append.outcome() == OUTCOME_REFUSED)
        refused.push_back(append.answered.ToString());
    }
    if (possible) continue;
    std::string what = refused.empty()
                           ? fmt::format("{} at position {} does not say what was sent",
                                         event->event_id(), event->position())
                           : fmt::format("{} is at position {}, but every append of it was refused",
                                         event->event_id(), event->position());
    refused.push_back(line.ToString());
    return Violation{"I2", std::move(what), std::move(refused)};
  }
  return std::nullopt;
}

}  // namespace chipline::checker
