#ifndef CHIPLINE_SERVICES_QUERY_CHANGE_SOURCE_H_
#define CHIPLINE_SERVICES_QUERY_CHANGE_SOURCE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "services/timeline/change_replay.h"
#include "services/timeline/change_ring.h"
#include "services/timeline/entry_walk.h"
#include "services/timeline/materializer.h"
#include "services/values/civil_day.h"

namespace chipline::query {

// The changes of one happening, one entry at a time, in order of id. Not thread-safe. Reads disk.
class ChangeSource {
 public:
  virtual ~ChangeSource() = default;

  struct Step {
    // Nothing if there is no other, or it takes longer to find one.
    std::optional<timeline::EntryChange> change;
    bool done = false;
  };
  virtual absl::StatusOr<Step> Next(timeline::SteadyTime until) = 0;
  // About what it holds in memory.
  virtual size_t bytes() const = 0;
};

// Of an append in the ring, those of the query.
std::unique_ptr<ChangeSource> ChangesInRing(std::shared_ptr<const timeline::AppendChanges> append,
                                            timeline::ResolvedQuery query);
// Of the append that the replay has gone to. The views and the replay must outlive it.
std::unique_ptr<ChangeSource> ChangesInReplay(const timeline::Materializer& views,
                                              timeline::ChangeReplay& replay);
// By a day that passes, of the query's entries as of a position. `note` gets the days on which
// intervals of each entry begin, changed or not. The views must outlive it.
using NoteStarts = std::function<void(const std::vector<CivilDay>&)>;
std::unique_ptr<ChangeSource> ChangesByDay(const timeline::Materializer& views,
                                           timeline::EntryWalk entries, CivilDay day,
                                           NoteStarts note);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_CHANGE_SOURCE_H_
