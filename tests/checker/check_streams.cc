#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "fmt/format.h"
#include "storage/subject_pattern.h"
#include "tests/checker/facts.h"

// What readers saw: subscriptions are the log's slice (I7), and all reads agree (I8).
namespace chipline::checker {
namespace {

// Positions that fit a pattern, by pattern.
class Matches {
 public:
  explicit Matches(const Facts& facts) : facts_(facts) {}

  const std::vector<uint64_t>& Of(const std::string& pattern) {
    const auto [found, added] = matches_.try_emplace(pattern);
    if (added) {
      for (const auto& [event, line] : facts_.log) {
        if (pattern.empty() || storage::SubjectMatches(pattern, event->subject())) {
          found->second.push_back(event->position());
        }
      }
    }
    return found->second;
  }

 private:
  const Facts& facts_;
  std::map<std::string, std::vector<uint64_t>> matches_;
};

// The first match after a position; 0 if there is none.
uint64_t NextMatch(const std::vector<uint64_t>& matches, uint64_t after) {
  const auto next = std::upper_bound(matches.begin(), matches.end(), after);
  return next == matches.end() ? 0 : *next;
}

// Follows one subscription message by message.
class Walk {
 public:
  Walk(const Facts& facts, Matches& matches) : facts_(facts), all_matches_(matches) {}

  std::optional<Violation> Take(const Entry& entry, const Line& line) {
    line_ = line.ToString();
    if (entry.has_opening()) return Open(entry.opening());
    if (entry.has_closing()) return Close();
    if (auto violation = CheckOrder(entry.delivery())) return violation;
    if (auto violation = CheckWholeAppends(entry.delivery())) return violation;
    if (auto violation = CheckSlice(entry.delivery())) return violation;
    return CheckProgress(entry.delivery());
  }

 private:
  Violation Wrong(std::string_view part, std::string what) const {
    std::vector<std::string> evidence;
    if (!before_.empty()) evidence.push_back(before_);
    evidence.push_back(line_);
    return {fmt::format("I7 {}", part), std::move(what), std::move(evidence)};
  }

  std::optional<Violation> Open(const Opening& opening) {
    matches_ = &all_matches_.Of(opening.subject_pattern());
    resumed_ = opened_;
    opened_ = true;
    after_ = told_ = opening.after_position();
    seen_.erase(seen_.upper_bound(after_), seen_.end());
    before_ = line_;
    return std::nullopt;
  }

  std::optional<Violation> Close() const {
    const uint64_t missing = NextMatch(*matches_, told_);
    if (missing == 0) return std::nullopt;
    return Wrong("reliable",
                 fmt::format("position {} never came, though the client waited", missing));
  }

  std::optional<Violation> CheckOrder(const Delivery& delivery) {
    for (const SeenEvent& event : delivery.events()) {
      const uint64_t position = event.position();
      if (resumed_ && position <= after_) {
        return Wrong("resumable",
                     fmt::format("opened after {}, it sent position {} again", after_, position));
      }
      if (seen_.count(position) > 0) {
        return Wrong("unique", fmt::format("position {} was sent twice", position));
      }
      if (!seen_.empty() && position < *seen_.rbegin()) {
        return Wrong("ordered",
                     fmt::format("position {} was sent after {}", position, *seen_.rbegin()));
      }
      const SeenEvent* logged = facts_.At(position);
      if (logged != nullptr && !std::binary_search(matches_->begin(), matches_->end(), position)) {
        return Wrong("reliable",
                     fmt::format("position {} was sent, though {} does not fit the filter",
                                 position, logged->subject()));
      }
      seen_.insert(position);
    }
    return std::nullopt;
  }

  std::optional<Violation> CheckWholeAppends(const Delivery& delivery) const {
    const SeenEvent* at_position = facts_.At(delivery.position());
    if (at_position != nullptr &&
        at_position->append_first_position() + at_position->append_size() - 1 !=
            delivery.position()) {
      return Wrong("atomic", fmt::format("position {} is inside an append", delivery.position()));
    }
    if (delivery.events().empty()) return std::nullopt;
    const SeenEvent& last = *delivery.events().rbegin();
    const SeenEvent* next = facts_.At(NextMatch(*matches_, last.position()));
    if (next != nullptr && next->append_first_position() == last.append_first_position()) {
      return Wrong("atomic",
                   fmt::format("a message ends at position {}, but {} is of the same append",
                               last.position(), next->position()));
    }
    return std::nullopt;
  }

  // Nothing is skipped between what was told before and the last event of this message.
  std::optional<Violation> CheckSlice(const Delivery& delivery) {
    uint64_t expected = NextMatch(*matches_, told_);
    for (const SeenEvent& event : delivery.events()) {
      if (expected != 0 && event.position() > expected) {
        return Wrong(resumed_ ? "resumable" : "reliable",
                     fmt::format("position {} was skipped: {} came after {}", expected,
                                 event.position(), told_));
      }
      expected = NextMatch(*matches_, event.position());
    }
    unsent_ = expected;
    return std::nullopt;
  }

  std::optional<Violation> CheckProgress(const Delivery& delivery) {
    const uint64_t position = delivery.position();
    if (position < told_) {
      return Wrong("progress", fmt::format("position {} after {}", position, told_));
    }
    if (!delivery.events().empty() && position < delivery.events().rbegin()->position()) {
      return Wrong("progress", fmt::format("position {} with an event at {}", position,
                                           delivery.events().rbegin()->position()));
    }
    if (position > delivery.head_position()) {
      return Wrong("progress", fmt::format("position {} beyond the head at {}", position,
                                           delivery.head_position()));
    }
    if (delivery.head_position() > facts_.head()) {
      return Wrong("progress", fmt::format("it told of a head at {}, but the log ends at {}",
                                           delivery.head_position(), facts_.head()));
    }
    if (unsent_ != 0 && unsent_ <= position) {
      return Wrong(
          resumed_ ? "resumable" : "progress",
          fmt::format("everything up to {} was sent, it says, but {} was not", position, unsent_));
    }
    if (delivery.caught_up() && position != delivery.head_position()) {
      return Wrong("progress", fmt::format("caught up at {}, with the head at {}", position,
                                           delivery.head_position()));
    }
    told_ = position;
    // Coming back is over with the first message that says something.
    if (position > after_) resumed_ = false;
    before_ = line_;
    return std::nullopt;
  }

  const Facts& facts_;
  Matches& all_matches_;
  const std::vector<uint64_t>* matches_ = nullptr;
  bool opened_ = false;
  bool resumed_ = false;
  uint64_t after_ = 0;
  // Everything up to here was sent, the client was told.
  uint64_t told_ = 0;
  // The first match that was not sent; 0: none.
  uint64_t unsent_ = 0;
  std::set<uint64_t> seen_;
  std::string line_;
  std::string before_;
};

}  // namespace

std::optional<Violation> CheckStreams(const Facts& facts) {
  Matches matches(facts);
  for (const auto& [name, stream] : facts.streams) {
    Walk walk(facts, matches);
    bool opened = false;
    for (const auto& [entry, line] : stream) {
      opened |= entry->has_opening();
      if (!opened) {
        return Violation{
            "I7 ordered", "a message before its subscription was opened", {line.ToString()}};
      }
      if (auto violation = walk.Take(*entry, line)) return violation;
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckAgreement(const Facts& facts) {
  for (const auto& [event, line] : facts.sightings) {
    const SeenEvent* logged = facts.At(event->position());
    if (logged == event) continue;
    if (logged == nullptr) {
      return Violation{"I8",
                       fmt::format("{} was read at position {}, but the log ends at {}",
                                   event->event_id(), event->position(), facts.head()),
                       {line.ToString()}};
    }
    if (event->subject() != logged->subject() || event->revision() != logged->revision() ||
        event->record_time() != logged->record_time() ||
        event->append_first_position() != logged->append_first_position() ||
        event->append_size() != logged->append_size() || event->event_id() != logged->event_id() ||
        event->content() != logged->content() || event->digest() != logged->digest()) {
      return Violation{"I8",
                       fmt::format("two reads of position {} differ: {} and {}", event->position(),
                                   event->ShortDebugString(), logged->ShortDebugString()),
                       {line.ToString(), facts.log[event->position() - 1].at.ToString()}};
    }
  }
  return std::nullopt;
}

}  // namespace chipline::checker
