#ifndef CHIPLINE_TESTS_CHECKER_CHECKER_H_
#define CHIPLINE_TESTS_CHECKER_CHECKER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/checker/history.h"

namespace chipline::checker {

// A promise that was broken.
struct Violation {
  // I1 to I8; for I7 also which part: "I7 unique".
  std::string promise;
  // What is wrong, in a sentence.
  std::string what;
  // The lines that show it: history:line.
  std::vector<std::string> evidence;

  std::string ToString() const;
};

// How much was there to check; a run with too little of it proves nothing.
struct Load {
  size_t attempts = 0;
  size_t acknowledged = 0;
  size_t refused = 0;
  size_t unknown = 0;
  size_t delivered_events = 0;
  size_t log_events = 0;
};

struct Verdict {
  Load load;
  // The first one in the order in which the promises are looked at: I6, I3, I2, I1, I5, I4, I8, I7,
  // so that what is wrong with the log itself is said before what follows from it.
  std::optional<Violation> violation;
};

// Holds the histories of all clients of one log, from its beginning, against the promises:
//
//   I1  an acknowledged event is in the log, where the answer said
//   I2  what was refused is not in it, nor what nobody sent, and what is invalid is refused
//   I3  positions are dense, revisions are dense in each subject, record times rise by append
//   I4  an append with preconditions is in the log only where they held
//   I5  one event id has one position, in the log and in every answer
//   I6  an append is in the log whole, in order, in one piece
//   I7  a subscription is the log's slice: ordered, unique, atomic, reliable (nothing skipped),
//       resumable (nothing skipped or repeated on coming back), with progress that is true
//   I8  every read of a position agrees with every other
//
// The longest Listing is taken as the log. Clients must record an Attempt before they send it.
Verdict Check(const std::vector<History>& histories);

}  // namespace chipline::checker

#endif  // CHIPLINE_TESTS_CHECKER_CHECKER_H_
