#ifndef CHIPLINE_TESTS_QUERY_WATCH_RECORD_H_
#define CHIPLINE_TESTS_QUERY_WATCH_RECORD_H_

#include <string>
#include <vector>

#include "services/query/watch_token.h"
#include "services/values/civil_day.h"
#include "tests/query/query_server.h"

namespace chipline::query {

// Reads up to caught_up, and returns that.
v1::WatchTimelinesResponse CatchUp(WatchClient* watch);

// What a client has been told, over any number of calls, as it should keep it: a batch counts with
// its last part, and what is left of one when a call ends is forgotten.
class WatchRecord {
 public:
  // Begins with what the token of an earlier watch stands for.
  explicit WatchRecord(const v1::WatchTimelinesResponse& start)
      : token_(start.resume_token()), position_(start.position()), day_(start.day()) {}

  void Take(const v1::WatchTimelinesResponse& message);
  void Disconnect() { unfinished_.clear(); }

  // To go on with.
  const std::string& token() const { return token_; }
  // One line a change: where, which entry, from what to what, and which day if a day did it.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string token_;
  storage::Position position_ = 0;
  std::string day_;
  std::vector<std::string> unfinished_;
  std::vector<std::string> lines_;
};

// The same straight from the log, by the definition: the entries of the query at the end of each
// append, and at each midnight those of which an interval begins. From an empty log on `from`,
// until `until` has passed.
std::vector<std::string> ExpectedLines(QueryServer& server, const v1::TimelineQuery& query,
                                       CivilDay from, CivilDay until);

}  // namespace chipline::query

#endif  // CHIPLINE_TESTS_QUERY_WATCH_RECORD_H_
