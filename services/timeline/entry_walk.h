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

// Goes over the entries that a query covers as of one position, in order of id, in small steps.
// Between two steps it holds no views and no entry, so it may rest for any time. A value.
class EntryWalk {
 public:
  EntryWalk(ResolvedQuery query, const AsOf& as_of) : query_(std::move(query)), as_of_(as_of) {}

  // Calls `take` with the next entries until the time is over or `take` returns false, which leaves
  // that entry for the next step. Examines at least one entry. Returns whether it has gone over
  // all. The views must have reached the position.
  absl::StatusOr<bool> Step(const ViewSnapshot& snapshot, SteadyTime until,
                            const std::function<bool(const EntryVersion&)>& take);

 private:
  ResolvedQuery query_;
  AsOf as_of_;
  // The last id that was examined.
  std::string after_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ENTRY_WALK_H_
