#include "services/timeline/entry_walk.h"

#include <vector>

#include "storage/status_macros.h"

namespace chipline::timeline {

absl::StatusOr<bool> EntryWalk::Step(const ViewSnapshot& snapshot, SteadyTime until,
                                     const std::function<bool(const EntryVersion&)>& take) {
  constexpr size_t kIdsAtATime = 64;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                     snapshot.Candidates(query_, after_, kIdsAtATime));
    for (const std::string& entry_id : ids) {
      ASSIGN_OR_RETURN(const EntryVersion entry, snapshot.folder().At(entry_id, as_of_));
      if (entry.exists() && query_.Matches(entry) && !take(entry)) return false;
      after_ = entry_id;
      if (std::chrono::steady_clock::now() >= until) return false;
    }
    if (ids.size() < kIdsAtATime) return true;
  }
}

}  // namespace chipline::timeline
