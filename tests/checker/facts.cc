#include "tests/checker/facts.h"

#include "fmt/format.h"

namespace chipline::checker {
namespace {

// Number of an attempt in a history: its place in Facts::appends.
using Numbers = std::unordered_map<uint64_t, size_t>;

}  // namespace

std::string Line::ToString() const { return fmt::format("{}:{}", history->name, number); }

Facts::Facts(const std::vector<History>& histories) {
  std::map<std::string, std::vector<Sighting>> listings;
  for (const History& history : histories) {
    Numbers numbers;
    for (size_t i = 0; i < history.entries.size(); ++i) {
      const Entry& entry = history.entries[i];
      const Line line{&history, i + 1};
      if (entry.has_attempt()) {
        numbers[entry.attempt().number()] = appends.size();
        for (const SentEvent& event : entry.attempt().events()) {
          senders[event.event_id()].push_back(appends.size());
        }
        appends.push_back({&entry.attempt(), line, nullptr, {}});
      } else if (entry.has_answer()) {
        const auto found = numbers.find(entry.answer().number());
        if (found == numbers.end()) continue;
        appends[found->second].answer = &entry.answer();
        appends[found->second].answered = line;
      } else if (entry.has_listing()) {
        auto& listing = listings[history.name + "/" + entry.listing().name()];
        for (const SeenEvent& event : entry.listing().events()) {
          listing.push_back({&event, line});
          sightings.push_back({&event, line});
        }
      } else {
        const std::string& name = entry.has_opening()    ? entry.opening().stream()
                                  : entry.has_delivery() ? entry.delivery().stream()
                                                         : entry.closing().stream();
        streams[{history.name, name}].emplace_back(&entry, line);
        for (const SeenEvent& event : entry.delivery().events()) {
          sightings.push_back({&event, line});
        }
        load.delivered_events += static_cast<size_t>(entry.delivery().events_size());
      }
    }
  }
  for (auto& [name, listing] : listings) {
    if (listing.size() > log.size()) log = std::move(listing);
  }
  load.attempts = appends.size();
  for (const SentAppend& append : appends) {
    load.acknowledged += append.outcome() == OUTCOME_ACKNOWLEDGED ? 1 : 0;
    load.refused += append.outcome() == OUTCOME_REFUSED ? 1 : 0;
    load.unknown += append.outcome() == OUTCOME_UNKNOWN ? 1 : 0;
  }
  load.log_events = log.size();
}

Appends CutIntoAppends(const Facts& facts) {
  Appends appends;
  for (const auto& [event, line] : facts.log) {
    if (event->append_first_position() == event->position()) {
      appends.whole.push_back({{}, line});
    }
    if (appends.whole.empty()) {
      appends.broken = {
          "I6",
          fmt::format("the log begins inside an append at position {}", event->position()),
          {line.ToString()}};
      return appends;
    }
    auto& current = appends.whole.back().events;
    if (!current.empty()) {
      const SeenEvent& first = *current.front();
      if (event->append_first_position() != first.position() ||
          event->append_size() != first.append_size() ||
          event->record_time() != first.record_time()) {
        appends.broken = {
            "I6",
            fmt::format("position {} does not go on with the append at {}: it says first {}, size "
                        "{}; the append's size is {}",
                        event->position(), first.position(), event->append_first_position(),
                        event->append_size(), first.append_size()),
            {appends.whole.back().at.ToString(), line.ToString()}};
        return appends;
      }
    }
    current.push_back(event);
  }
  return appends;
}

}  // namespace chipline::checker
