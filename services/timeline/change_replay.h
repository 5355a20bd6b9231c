#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/timeline/change_ring.h"
#include "services/timeline/view_snapshot.h"

namespace chipline::timeline {

// What a watch of `query` has to tell of `change`, if by the end of the append the query is for
// other entries than before it (`was` and `is`; mostly the same). An entry that the query is not
// for counts as absent. nullopt if there is nothing to tell.
std::optional<EntryChange> ChangeFor(const ResolvedQuery& was, const ResolvedQuery& is,
                                     const EntryChange& change);

// The changes of a query's entries between a position and a snapshot's, append by append, folded
// anew from the rows: exactly those that a watch would have seen at the time. Costs what the rows
// of the query's entries cost for each append that touched them, wherever the log's head is. Not
// thread-safe; reads disk.
class ChangeReplay {
 public:
  // `after` must be the end of an append at or before the snapshot's position.
  static absl::StatusOr<std::unique_ptr<ChangeReplay>> Start(
      std::unique_ptr<const ViewSnapshot> snapshot, const v1::TimelineQuery& query,
      storage::Position after);

  // Whether there is nothing more up to end().
  bool done() const { return points_.empty(); }
  // Of the next append that may have changed something, what it did, if anything. Not after done().
  absl::StatusOr<AppendChanges> Next();
  storage::Position end() const { return snapshot_->position(); }

 private:
  ChangeReplay(std::unique_ptr<const ViewSnapshot> snapshot, const v1::TimelineQuery& query,
               storage::Position after)
      : snapshot_(std::move(snapshot)),
        query_(query),
        after_(after),
        resolved_(snapshot_->Resolve(query, after)) {}

  absl::Status CollectPoints();
  // The ends of appends in which rows or names of the entry changed.
  absl::StatusOr<std::set<storage::Position>> PointsOf(const std::string& entry_id) const;
  absl::Status AddPoints(const std::string& entry_id);
  absl::StatusOr<std::optional<EntryChange>> ChangeAt(storage::Position position,
                                                      const std::string& entry_id,
                                                      const ResolvedQuery& is);
  absl::StatusOr<ChangeCause> CauseAt(storage::Position position, const EntryChange& change) const;

  const std::unique_ptr<const ViewSnapshot> snapshot_;
  const v1::TimelineQuery query_;
  const storage::Position after_;
  // What the query is for as of the last append that was looked at.
  ResolvedQuery resolved_;
  // Where to look, and at which entries.
  std::map<storage::Position, std::set<std::string>> points_;
  // Entries as of the last append that was looked at.
  absl::flat_hash_map<std::string, EntryVersion> versions_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_
