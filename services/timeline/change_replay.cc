#include "services/timeline/change_replay.h"

#include <utility>

#include "services/timeline/change_cause.h"
#include "services/timeline/change_days.h"
#include "services/timeline/log_events.h"
#include "services/timeline/view_keys.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::RowSpan;
using storage::v1::ViewRow;

}  // namespace

std::optional<EntryChange> ChangeFor(const ResolvedQuery& was, const ResolvedQuery& is,
                                     const EntryChange& change) {
  const bool before = change.before.exists() && was.Matches(change.before);
  const bool after = change.after.exists() && is.Matches(change.after);
  if (!before && !after) return std::nullopt;
  if (before && after && change.before.bytes == change.after.bytes) return std::nullopt;
  EntryChange seen = change;
  if (!before) seen.before = EntryVersion{change.entry_id(), {}, {}, {}};
  if (!after) seen.after = EntryVersion{change.entry_id(), {}, {}, {}};
  return seen;
}

absl::StatusOr<std::unique_ptr<ChangeReplay>> ChangeReplay::Start(
    std::unique_ptr<const ViewSnapshot> snapshot, const pb::TimelineQuery& query, Position after) {
  std::unique_ptr<ChangeReplay> replay(new ChangeReplay(std::move(snapshot), query, after));
  RETURN_IF_ERROR(replay->CollectPoints());
  return replay;
}

absl::Status ChangeReplay::CollectPoints() {
  ASSIGN_OR_RETURN(std::set<std::string> ids, snapshot_->Candidates(resolved_));
  const std::vector<Position> renamings = snapshot_->NameChanges(after_);
  std::set<Position> other_entries;
  ResolvedQuery last = resolved_;
  for (const Position position : renamings) {
    ResolvedQuery now = snapshot_->Resolve(query_, position);
    if (now == last) continue;
    ASSIGN_OR_RETURN(std::set<std::string> more, snapshot_->Candidates(now));
    ids.merge(more);
    other_entries.insert(position);
    last = std::move(now);
  }
  for (const Position position : other_entries) points_[position] = ids;
  for (const std::string& entry_id : ids) RETURN_IF_ERROR(AddPoints(entry_id));
  return absl::OkStatus();
}

absl::StatusOr<std::set<Position>> ChangeReplay::PointsOf(const std::string& entry_id) const {
  std::set<Position> points;
  const auto add = [&](Position position) {
    if (position > after_ && position <= end()) points.insert(position);
  };
  absl::Status failed;
  RETURN_IF_ERROR(snapshot_->store().Scan(ViewFamily::kRows, NamePrefix(entry_id), "",
                                          &snapshot_->rocks(),
                                          [&](std::string_view rest, std::string_view value) {
                                            if (!PositionIn(rest, 0).has_value()) return true;
                                            const auto row = ParseView<ViewRow>(entry_id, value);
                                            failed = row.status();
                                            if (!failed.ok()) return false;
                                            for (const RowSpan& span : row->spans()) {
                                              add(span.since());
                                              add(span.until());
                                            }
                                            return true;
                                          }));
  RETURN_IF_ERROR(failed);
  RETURN_IF_ERROR(snapshot_->store().Scan(ViewFamily::kTouches, NamePrefix(entry_id), "",
                                          &snapshot_->rocks(),
                                          [&](std::string_view rest, std::string_view) {
                                            const auto position = PositionIn(rest, 0);
                                            if (position.has_value()) add(*position);
                                            return true;
                                          }));
  return points;
}

// Its own, and those of whatever it depends on at any of its own.
absl::Status ChangeReplay::AddPoints(const std::string& entry_id) {
  ASSIGN_OR_RETURN(const std::set<Position> own, PointsOf(entry_id));
  std::set<Position> states = own;
  states.insert(after_);
  std::set<std::string> dependencies;
  for (const Position position : states) {
    ASSIGN_OR_RETURN(const Dependencies named,
                     snapshot_->folder().DependenciesOf(entry_id, AsOf{position, std::nullopt}));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, snapshot_->folder().Expand(named));
    dependencies.insert(ids.begin(), ids.end());
  }
  for (const Position position : own) points_[position].insert(entry_id);
  for (const std::string& dependency : dependencies) {
    ASSIGN_OR_RETURN(const std::set<Position> points, PointsOf(dependency));
    for (const Position position : points) points_[position].insert(entry_id);
  }
  return absl::OkStatus();
}

absl::StatusOr<AppendChanges> ChangeReplay::Next() {
  const auto point = points_.extract(points_.begin());
  const Position position = point.key();
  ResolvedQuery is = snapshot_->Resolve(query_, position);
  AppendChanges append{position, !(is == resolved_), {}};
  for (const std::string& entry_id : point.mapped()) {
    ASSIGN_OR_RETURN(std::optional<EntryChange> change, ChangeAt(position, entry_id, is));
    if (change.has_value()) append.changes.push_back(*std::move(change));
  }
  resolved_ = std::move(is);
  return append;
}

absl::StatusOr<std::optional<EntryChange>> ChangeReplay::ChangeAt(Position position,
                                                                  const std::string& entry_id,
                                                                  const ResolvedQuery& is) {
  EntryChange change;
  if (const auto known = versions_.find(entry_id); known != versions_.end()) {
    change.before = known->second;
  } else {
    ASSIGN_OR_RETURN(change.before, snapshot_->folder().At(entry_id, AsOf{after_, std::nullopt}));
  }
  ASSIGN_OR_RETURN(change.after, snapshot_->folder().At(entry_id, AsOf{position, std::nullopt}));
  versions_[entry_id] = change.after;
  std::optional<EntryChange> seen = ChangeFor(resolved_, is, change);
  if (!seen.has_value()) return seen;
  ASSIGN_OR_RETURN(ChangeCause cause, CauseAt(position, change));
  seen->reason = cause.reason;
  seen->cause_event_ids = std::move(cause.event_ids);
  seen->starts = StartsOf(seen->after);
  return seen;
}

absl::StatusOr<ChangeCause> ChangeReplay::CauseAt(Position position,
                                                  const EntryChange& change) const {
  ASSIGN_OR_RETURN(const pb::RecordedEvent last, ReadEvent(snapshot_->log(), position));
  const AppendSpan append{last.append_first_position(), position};
  if (change.before.bytes != change.after.bytes) {
    return CauseOf(snapshot_->store(), &snapshot_->rocks(), snapshot_->log(), snapshot_->folder(),
                   change.entry_id(), append);
  }
  // The entry is as it was: the name in the query came to mean another entity.
  ChangeCause cause{pb::CHANGE_REASON_NAME_LINK, {}};
  for (Position at = append.first; at <= append.last; ++at) {
    ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(snapshot_->log(), at));
    if (event.event().has_alias_change()) cause.event_ids.push_back(event.event().event_id());
  }
  return cause;
}

}  // namespace chipline::timeline
