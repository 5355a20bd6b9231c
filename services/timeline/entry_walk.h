#ifndef CHIPLINE_SERVICES_TIMELINE_ENTRY_WALK_H_
#define CHIPLINE_SERVICES_TIMELINE_ENTRY_WALK_H_

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

#include "services/timeline/view_snapshot.h"

namespace chipline::timeline {

using SteadyTime = std::chrono::steady_clock::time_point;

// Goes over the entries that a query is for as of one position, in order of id, a few at a time.
// Between two steps it holds no views and no entry, so it may rest for as long as it likes. A
// value.
class EntryWalk {
 public:
  EntryWalk(ResolvedQuery query, const AsOf& as_of) : query_(std::move(query)), as_of_(as_of) {}

  // Calls `take` with the next entries until it returns false, which leaves the entry for the next
  // step, or the time is over. At least one entry is looked at. Whether it has been over all. The
  // views must have reached the position.
  absl::StatusOr<bool> Step(const ViewSnapshot& snapshot, SteadyTime until,
                            const std::function<bool(const EntryVersion&)>& take);

 private:
  ResolvedQuery query_;
  AsOf as_of_;
  // The id that was looked at last.
  std::string after_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ENTRY_WALK_H_
