#ifndef CHIPLINE_TESTS_CHECKER_FACTS_H_
#define CHIPLINE_TESTS_CHECKER_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/checker/checker.h"

namespace chipline::checker {

// Where an entry stands.
struct Line {
  const History* history = nullptr;
  size_t number = 0;

  std::string ToString() const;
};

// An append as its client knows it.
struct SentAppend {
  const Attempt* attempt = nullptr;
  Line sent;
  // Null: none came.
  const Answer* answer = nullptr;
  Line answered;

  Outcome outcome() const { return answer == nullptr ? OUTCOME_UNKNOWN : answer->outcome(); }
};

// An append as the log has it.
struct LoggedAppend {
  // Consecutive, in the order of the log.
  std::vector<const SeenEvent*> events;
  Line at;
};

// What came on one subscription, in order; each is an Opening, a Delivery or a Closing.
using Stream = std::vector<std::pair<const Entry*, Line>>;

// One event in one read.
struct Sighting {
  const SeenEvent* event = nullptr;
  Line at;
};

// The histories, sorted for the checks. Points into them, so they must outlive it.
struct Facts {
  explicit Facts(const std::vector<History>& histories);

  // The event at `position`; null beyond the end.
  const SeenEvent* At(uint64_t position) const {
    return position >= 1 && position <= log.size() ? log[position - 1].event : nullptr;
  }
  uint64_t head() const { return log.size(); }

  std::vector<SentAppend> appends;
  // The longest listing. Whether its positions are dense is I3's to say.
  std::vector<Sighting> log;
  // Events of all listings and deliveries.
  std::vector<Sighting> sightings;
  // By history and name.
  std::map<std::pair<std::string, std::string>, Stream> streams;
  // Which appends sent an event of this id, as indexes into `appends`.
  std::unordered_map<std::string_view, std::vector<size_t>> senders;
  Load load;
};

// The log cut into appends by what its events say; no value if they contradict each other, which
// I6 then reports from `broken`.
struct Appends {
  std::vector<LoggedAppend> whole;
  std::optional<Violation> broken;
};
Appends CutIntoAppends(const Facts& facts);

// One function a promise, or a few that belong together; each returns the first violation.
std::optional<Violation> CheckLog(const Facts& facts);                                // I3
std::optional<Violation> CheckWhole(const Facts& facts, const Appends& appends);      // I6
std::optional<Violation> CheckPhantoms(const Facts& facts);                           // I2
std::optional<Violation> CheckAcknowledged(const Facts& facts);                       // I1
std::optional<Violation> CheckIds(const Facts& facts);                                // I5
std::optional<Violation> CheckRevisions(const Facts& facts, const Appends& appends);  // I4
std::optional<Violation> CheckAgreement(const Facts& facts);                          // I8
std::optional<Violation> CheckStreams(const Facts& facts);                            // I7

}  // namespace chipline::checker

#endif  // CHIPLINE_TESTS_CHECKER_FACTS_H_
