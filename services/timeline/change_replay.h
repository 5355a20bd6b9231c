#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/timeline/change_cause.h"
#include "services/timeline/change_ring.h"
#include "services/timeline/entry_walk.h"
#include "services/timeline/kept_entries.h"
#include "services/timeline/view_snapshot.h"

namespace chipline::timeline {

// What a watch reports about `change`. `was` and `is` are the query before the append and at its
// end; they differ if names changed. An entry that the query does not cover counts as absent.
// nullopt if there is nothing to report.
std::optional<EntryChange> ChangeFor(const ResolvedQuery& was, const ResolvedQuery& is,
                                     const EntryChange& change);

// The changes of a query's entries between two positions, append by append, folded again from the
// rows: exactly those that a watch would have seen at the time. It works in small parts. Between
// two calls it holds no views, but only where to look and, within `kept_bytes`, the entries folded
// last.
//
// First Collect finds where to look. That costs a read for each entry that has not changed, and the
// rows of each that has. Then NextAppend goes to the next append, and NextChange returns its
// changes, one entry at a time. A change costs its fold; rows are read again only for entries that
// are too large to keep.
//
// If too much has changed, too_far is true: sending the entries as they are costs less than going
// over the changes. Not thread-safe. Reads disk and returns its errors.
class ChangeReplay {
 public:
  // With more changes of entries, or more rows to read for them, it is too far.
  static constexpr size_t kMaxChanges = 4096;
  static constexpr uint64_t kMaxRows = 4'000'000;

  // The changes after `after` up to `end`, both ends of appends. Every snapshot that it gets must
  // be of `end` or a later position.
  ChangeReplay(const v1::TimelineQuery& query, storage::Position after, storage::Position end,
               size_t kept_bytes)
      : query_(query), after_(after), end_(end), kept_bytes_(kept_bytes), kept_(kept_bytes) {}

  // Continues collecting. Returns whether it is done, or too far.
  absl::StatusOr<bool> Collect(ViewSnapshot& snapshot, SteadyTime until);
  bool too_far() const { return points_count_ > kMaxChanges || rows_to_read_ > kMaxRows; }

  // Goes to the next append that may have changed something, and returns its position; nullopt if
  // there is none up to end(). Call it when collecting is done and NextChange has returned all
  // changes of the append before.
  std::optional<storage::Position> NextAppend(ViewSnapshot& snapshot);
  // The next change of that append, in order of id; nullopt if there is none.
  absl::StatusOr<std::optional<EntryChange>> NextChange(ViewSnapshot& snapshot);

  storage::Position end() const { return end_; }
  // About how much memory it holds.
  size_t bytes() const;

 private:
  // What an append did to the rows of an entry.
  struct Moves {
    // The lowest position among the rows that it added.
    storage::Position first_added;
    // Rows of older events were added, removed, or mean something else.
    bool moved = false;
  };
  using Points = std::map<storage::Position, Moves>;

  void Begin(ViewSnapshot& snapshot);
  absl::Status CollectEntry(ViewSnapshot& snapshot, const std::string& entry_id);
  // Whether neither the entry nor what it depends on has changed since.
  absl::StatusOr<bool> Unchanged(ViewSnapshot& snapshot, const std::string& entry_id) const;
  absl::StatusOr<bool> UnchangedAlone(ViewSnapshot& snapshot, const std::string& entry_id) const;
  // The ends of appends in which rows or names of the entry changed. Adds the KiB of its rows to
  // `rows`.
  absl::StatusOr<Points> PointsOf(ViewSnapshot& snapshot, const std::string& entry_id,
                                  uint64_t* rows) const;
  absl::StatusOr<std::set<std::string>> DependenciesOf(ViewSnapshot& snapshot,
                                                       const std::string& entry_id,
                                                       const Points& points) const;
  void AddPoint(storage::Position position, const std::string& entry_id);
  void ForgetMoved(storage::Position first);
  absl::StatusOr<std::optional<EntryChange>> ChangeOf(ViewSnapshot& snapshot,
                                                      const std::string& entry_id);
  absl::StatusOr<ChangeCause> CauseOfChange(ViewSnapshot& snapshot,
                                            const EntryChange& change) const;

  const v1::TimelineQuery query_;
  const storage::Position after_;
  const storage::Position end_;
  const size_t kept_bytes_;

  // While it collects: the queries that the names made of the query, those still to be searched,
  // and the last id examined in the first of them.
  bool begun_ = false;
  std::vector<ResolvedQuery> queries_;
  std::string last_id_;
  std::set<std::string> collected_;
  // Positions at which the query began to cover other entries.
  std::vector<storage::Position> turns_;
  size_t points_count_ = 0;
  uint64_t rows_to_read_ = 0;

  // Where to look, and at which entries; and whose rows changed, of these entries and those on
  // which they depend.
  std::map<storage::Position, std::set<std::string>> points_;
  std::map<storage::Position, std::map<std::string, Moves>> moves_;

  // The append that is being reported: its span, its entries that were not examined yet, and the
  // query before it and at its end.
  AppendSpan append_;
  bool append_read_ = false;
  std::set<std::string> entries_;
  ResolvedQuery was_;
  ResolvedQuery is_;
  KeptEntries kept_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_REPLAY_H_
