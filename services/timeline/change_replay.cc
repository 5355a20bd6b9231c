#include "services/timeline/change_replay.h"

#include <algorithm>
#include <utility>

#include "services/timeline/change_cause.h"
#include "services/timeline/change_days.h"
#include "services/timeline/log_events.h"
#include "services/timeline/view_keys.h"
#include "storage/key.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::RowSpan;
using storage::v1::ViewEntry;
using storage::v1::ViewRow;

constexpr size_t kBytesARow = 1024;

AsOf At(Position position) { return AsOf{position, std::nullopt}; }

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

void ChangeReplay::Begin(ViewSnapshot& snapshot) {
  begun_ = true;
  is_ = snapshot.Resolve(query_, after_);
  queries_.push_back(is_);
  for (const Position position : snapshot.NameChanges(after_)) {
    if (position > end_) break;
    ResolvedQuery now = snapshot.Resolve(query_, position);
    if (now == queries_.back()) continue;
    turns_.push_back(position);
    queries_.push_back(std::move(now));
  }
}

absl::StatusOr<bool> ChangeReplay::Collect(ViewSnapshot& snapshot, SteadyTime until) {
  constexpr size_t kIdsAtATime = 64;
  if (!begun_) Begin(snapshot);
  while (!queries_.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                     snapshot.Candidates(queries_.back(), last_id_, kIdsAtATime));
    for (const std::string& entry_id : ids) {
      RETURN_IF_ERROR(CollectEntry(snapshot, entry_id));
      last_id_ = entry_id;
      if (too_far()) return true;
      if (std::chrono::steady_clock::now() >= until) return false;
    }
    if (ids.size() == kIdsAtATime) continue;
    queries_.pop_back();
    last_id_.clear();
  }
  collected_.clear();
  return true;
}

absl::Status ChangeReplay::CollectEntry(ViewSnapshot& snapshot, const std::string& entry_id) {
  // With one query, the usual case, each entry comes once.
  if (!turns_.empty() && !collected_.insert(entry_id).second) return absl::OkStatus();
  for (const Position position : turns_) AddPoint(position, entry_id);
  ASSIGN_OR_RETURN(const bool unchanged, Unchanged(snapshot, entry_id));
  if (unchanged) return absl::OkStatus();
  uint64_t rows = 0;
  ASSIGN_OR_RETURN(Points points, PointsOf(snapshot, entry_id, &rows));
  ASSIGN_OR_RETURN(const std::set<std::string> dependencies,
                   DependenciesOf(snapshot, entry_id, points));
  std::set<Position> all;
  const auto add = [&](const std::string& id, const Points& of_id) {
    for (const auto& [position, moves] : of_id) {
      all.insert(position);
      moves_[position].insert_or_assign(id, moves);
    }
  };
  add(entry_id, points);
  for (const std::string& dependency : dependencies) {
    ASSIGN_OR_RETURN(const Points of_dependency, PointsOf(snapshot, dependency, &rows));
    add(dependency, of_dependency);
  }
  for (const Position position : all) AddPoint(position, entry_id);
  const bool fits = 2 * rows * kBytesARow <= kept_bytes_;
  rows_to_read_ += fits ? rows : rows * all.size();
  return absl::OkStatus();
}

void ChangeReplay::AddPoint(Position position, const std::string& entry_id) {
  if (points_[position].insert(entry_id).second) ++points_count_;
}

absl::StatusOr<bool> ChangeReplay::Unchanged(ViewSnapshot& snapshot,
                                             const std::string& entry_id) const {
  ASSIGN_OR_RETURN(const bool alone, UnchangedAlone(snapshot, entry_id));
  if (!alone) return false;
  ASSIGN_OR_RETURN(const Dependencies named, snapshot.folder().DependenciesOf(entry_id, At(end_)));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, snapshot.folder().Expand(named));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const bool unchanged, UnchangedAlone(snapshot, id));
    if (!unchanged) return false;
  }
  return true;
}

absl::StatusOr<bool> ChangeReplay::UnchangedAlone(ViewSnapshot& snapshot,
                                                  const std::string& entry_id) const {
  ASSIGN_OR_RETURN(const auto bytes,
                   snapshot.store().Get(ViewFamily::kEntries, entry_id, &snapshot.rocks()));
  if (!bytes.has_value()) return false;
  ASSIGN_OR_RETURN(const ViewEntry stored, ParseView<ViewEntry>(entry_id, *bytes));
  if (stored.changed_position() > after_) return false;
  // A name may have changed its meaning and changed back.
  bool touched = false;
  RETURN_IF_ERROR(snapshot.store().Scan(ViewFamily::kTouches, NamePrefix(entry_id),
                                        storage::BigEndian(after_ + 1), &snapshot.rocks(),
                                        [&](std::string_view, std::string_view) {
                                          touched = true;
                                          return false;
                                        }));
  return !touched;
}

absl::StatusOr<ChangeReplay::Points> ChangeReplay::PointsOf(ViewSnapshot& snapshot,
                                                            const std::string& entry_id,
                                                            uint64_t* rows) const {
  Points points;
  const auto at = [&](Position position) -> Moves* {
    if (position <= after_ || position > end_) return nullptr;
    return &points.try_emplace(position, Moves{position, false}).first->second;
  };
  const auto visit_row = [&](std::string_view rest, std::string_view value) -> absl::Status {
    const std::optional<Position> row_position = PositionIn(rest, 0);
    if (!row_position.has_value()) return absl::OkStatus();
    *rows += 1 + value.size() / kBytesARow;
    ASSIGN_OR_RETURN(const ViewRow row, ParseView<ViewRow>(entry_id, value));
    for (const RowSpan& span : row.spans()) {
      if (Moves* const since = at(span.since()); since != nullptr) {
        since->first_added = std::min(since->first_added, *row_position);
      }
      if (Moves* const until = at(span.until()); until != nullptr) until->moved = true;
    }
    return absl::OkStatus();
  };
  absl::Status failed;
  RETURN_IF_ERROR(snapshot.store().Scan(ViewFamily::kRows, NamePrefix(entry_id), "",
                                        &snapshot.rocks(),
                                        [&](std::string_view rest, std::string_view value) {
                                          failed = visit_row(rest, value);
                                          return failed.ok();
                                        }));
  RETURN_IF_ERROR(failed);
  RETURN_IF_ERROR(snapshot.store().Scan(
      ViewFamily::kTouches, NamePrefix(entry_id), storage::BigEndian(after_ + 1), &snapshot.rocks(),
      [&](std::string_view rest, std::string_view) {
        const std::optional<Position> position = PositionIn(rest, 0);
        if (!position.has_value()) return true;
        if (Moves* const touched = at(*position); touched != nullptr) touched->moved = true;
        return true;
      }));
  return points;
}

// New rows can only add dependencies. So it is enough to look where older rows came or went, and
// just before that.
absl::StatusOr<std::set<std::string>> ChangeReplay::DependenciesOf(ViewSnapshot& snapshot,
                                                                   const std::string& entry_id,
                                                                   const Points& points) const {
  std::set<Position> states = {after_, end_};
  Position before = after_;
  for (const auto& [position, moves] : points) {
    if (moves.moved || moves.first_added <= before) {
      states.insert(before);
      states.insert(position);
    }
    before = position;
  }
  std::set<std::string> dependencies;
  for (const Position position : states) {
    ASSIGN_OR_RETURN(const Dependencies named,
                     snapshot.folder().DependenciesOf(entry_id, At(position)));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, snapshot.folder().Expand(named));
    dependencies.insert(ids.begin(), ids.end());
  }
  return dependencies;
}

std::optional<Position> ChangeReplay::NextAppend(ViewSnapshot& snapshot) {
  was_ = std::move(is_);
  if (points_.empty()) {
    is_ = snapshot.Resolve(query_, end_);
    return std::nullopt;
  }
  auto point = points_.extract(points_.begin());
  append_ = AppendSpan{0, point.key()};
  append_read_ = false;
  entries_ = std::move(point.mapped());
  is_ = snapshot.Resolve(query_, append_.last);
  return append_.last;
}

absl::StatusOr<std::optional<EntryChange>> ChangeReplay::NextChange(ViewSnapshot& snapshot) {
  if (!append_read_) {
    ASSIGN_OR_RETURN(const pb::RecordedEvent last, ReadEvent(snapshot.log(), append_.last));
    append_.first = last.append_first_position();
    append_read_ = true;
  }
  while (!entries_.empty()) {
    const std::string entry_id = std::move(entries_.extract(entries_.begin()).value());
    snapshot.UseKept(&kept_);
    absl::StatusOr<std::optional<EntryChange>> change = ChangeOf(snapshot, entry_id);
    snapshot.UseKept(nullptr);
    if (!change.ok() || change->has_value()) return change;
  }
  moves_.erase(append_.last);
  return std::optional<EntryChange>();
}

// Kept entries whose older rows changed are no longer valid.
void ChangeReplay::ForgetMoved(Position first) {
  const auto moved = moves_.find(append_.last);
  if (moved == moves_.end()) return;
  for (const auto& [id, moves] : moved->second) {
    if (moves.moved || moves.first_added < first) kept_.Take(id);
  }
}

absl::StatusOr<std::optional<EntryChange>> ChangeReplay::ChangeOf(ViewSnapshot& snapshot,
                                                                  const std::string& entry_id) {
  EntryChange change;
  ASSIGN_OR_RETURN(change.before, snapshot.folder().At(entry_id, At(append_.first - 1)));
  ForgetMoved(append_.first);
  ASSIGN_OR_RETURN(change.after, snapshot.folder().At(entry_id, At(append_.last)));
  std::optional<EntryChange> seen = ChangeFor(was_, is_, change);
  if (!seen.has_value()) return seen;
  ASSIGN_OR_RETURN(ChangeCause cause, CauseOfChange(snapshot, change));
  seen->SetCause(std::move(cause));
  seen->starts = StartsOf(seen->after);
  return seen;
}

absl::StatusOr<ChangeCause> ChangeReplay::CauseOfChange(ViewSnapshot& snapshot,
                                                        const EntryChange& change) const {
  if (change.before.bytes != change.after.bytes) {
    return CauseOf(snapshot.store(), &snapshot.rocks(), snapshot.log(), snapshot.folder(),
                   change.entry_id(), append_);
  }
  // The entry did not change: the name in the query got another meaning.
  ChangeCause cause{pb::CHANGE_REASON_NAME_LINK, {}};
  for (Position at = append_.first; at <= append_.last; ++at) {
    ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(snapshot.log(), at));
    if (event.event().has_alias_change()) cause.event_ids.push_back(event.event().event_id());
  }
  return cause;
}

size_t ChangeReplay::bytes() const {
  // Bytes of an id in a set, including its node.
  constexpr size_t kPointBytes = 128;
  return kept_.bytes() + 2 * points_count_ * kPointBytes;
}

}  // namespace chipline::timeline
