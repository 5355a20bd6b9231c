#include "services/query/watch_feed.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/query/day_bell.h"
#include "services/query/views_wait.h"
#include "services/timeline/change_days.h"
#include "services/timeline/log_events.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

using storage::Position;
using timeline::AppendChanges;
using timeline::AsOf;
using timeline::EntryChange;
using timeline::EntryVersion;
using timeline::ViewSnapshot;

// The day on which an append was recorded.
absl::StatusOr<CivilDay> RecordDay(const storage::LogReader& log, Position position) {
  if (position == 0) return WatchPlace::kNoDay;
  ASSIGN_OR_RETURN(const v1::RecordedEvent event, timeline::ReadEvent(log, position));
  return CivilDay::FromTimestamp(event.record_time());
}

absl::Status SortByPosition(const storage::LogReader& log, std::vector<std::string>* event_ids) {
  std::vector<std::pair<Position, std::string>> found;
  for (std::string& id : *event_ids) {
    ASSIGN_OR_RETURN(const std::optional<Position> position, log.Find(id));
    found.emplace_back(position.value_or(0), std::move(id));
  }
  std::sort(found.begin(), found.end());
  event_ids->clear();
  for (auto& [position, id] : found) event_ids->push_back(std::move(id));
  return absl::OkStatus();
}

}  // namespace

WatchFeed::WatchFeed(timeline::Materializer& views, const Clock& clock, v1::TimelineQuery query)
    : views_(views), clock_(clock), query_(std::move(query)) {
  views_.ring().AddWatcher();
}

WatchFeed::~WatchFeed() { views_.ring().RemoveWatcher(); }

absl::StatusOr<std::vector<EntryVersion>> WatchFeed::Begin(const ViewSnapshot& snapshot) {
  // In this order: what the clock finds in the log was not stamped after it was looked at.
  const CivilDay today = Today(clock_);
  const CivilDay recorded = CivilDay::FromTimestamp(snapshot.time());
  // Views that are behind have yet to tell what was appended before today.
  const bool at_head = snapshot.position() >= views_.log().head();
  place_ = {snapshot.position(), at_head ? std::max(today, recorded) : recorded};
  seen_ = place_.position;
  resolved_ = snapshot.Resolve(query_, place_.position);
  ASSIGN_OR_RETURN(std::vector<EntryVersion> entries, snapshot.Find(resolved_, snapshot.now()));
  for (const EntryVersion& entry : entries) NoteNextStart(timeline::StartsOf(entry));
  starts_known_ = true;
  return entries;
}

absl::Status WatchFeed::Resume(std::unique_ptr<const ViewSnapshot> snapshot, WatchPlace after) {
  place_ = after;
  seen_ = after.position;
  resolved_ = snapshot->Resolve(query_, place_.position);
  if (place_.position <= snapshot->position()) RETURN_IF_ERROR(FindNextStart(*snapshot));
  if (place_.position < snapshot->position()) {
    ASSIGN_OR_RETURN(replay_,
                     timeline::ChangeReplay::Start(std::move(snapshot), query_, place_.position));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Happening>> WatchFeed::Next() {
  while (true) {
    has_come_ = false;
    RETURN_IF_ERROR(LookAhead());
    if (!ahead_.has_value() && replay_ != nullptr) return std::optional<Happening>();
    if (!starts_known_ && views_.ring().position() >= place_.position) {
      ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
      RETURN_IF_ERROR(FindNextStart(*snapshot));
    }
    ASSIGN_OR_RETURN(const std::optional<Position> midnight, DayHasCome());
    std::optional<Happening> next;
    if (midnight.has_value() && (!ahead_.has_value() || *midnight < ahead_->position)) {
      ASSIGN_OR_RETURN(next, PassDay(*midnight));
    } else if (ahead_.has_value()) {
      ASSIGN_OR_RETURN(next, TakeAhead());
    } else {
      place_.position = std::max(place_.position, seen_);
      return std::optional<Happening>();
    }
    if (!next->changes.empty()) return next;
  }
}

Position WatchFeed::waits_past() const {
  // Until the views are there it is not known what the place waits for.
  return starts_known_ || place_.position == 0 ? place_.position : place_.position - 1;
}

absl::Status WatchFeed::LookAhead() {
  while (!ahead_.has_value()) {
    const bool replaying = replay_ != nullptr;
    if (replaying) {
      RETURN_IF_ERROR(LookAheadInReplay());
    } else {
      RETURN_IF_ERROR(LookAheadInRing());
    }
    // The end of the one is the beginning of the other.
    if (replaying == (replay_ != nullptr)) break;
  }
  return absl::OkStatus();
}

absl::Status WatchFeed::LookAheadInReplay() {
  if (!replay_->done()) {
    ASSIGN_OR_RETURN(AppendChanges append, replay_->Next());
    if (!append.changes.empty()) ahead_ = std::move(append);
    return absl::OkStatus();
  }
  seen_ = replay_->end();
  resolved_ = timeline::ResolveQuery(query_, timeline::NamesAt{views_.names()->table, seen_});
  replay_.reset();
  return absl::OkStatus();
}

absl::Status WatchFeed::StartReplay() {
  ASSIGN_OR_RETURN(auto snapshot, TakeViews(views_));
  from_ring_.clear();
  ASSIGN_OR_RETURN(replay_, timeline::ChangeReplay::Start(std::move(snapshot), query_, seen_));
  return absl::OkStatus();
}

absl::Status WatchFeed::LookAheadInRing() {
  if (from_ring_.empty()) {
    std::optional<timeline::ChangeRing::Changes> changes = views_.ring().After(seen_);
    if (!changes.has_value()) return StartReplay();
    from_ring_.assign(changes->appends.begin(), changes->appends.end());
    ring_end_ = changes->position;
  }
  while (!from_ring_.empty()) {
    const std::shared_ptr<const AppendChanges> append = from_ring_.front();
    if (append->names_changed) {
      const timeline::ResolvedQuery is = timeline::ResolveQuery(
          query_, timeline::NamesAt{views_.names()->table, append->position});
      if (!(is == resolved_)) return StartReplay();
    }
    from_ring_.pop_front();
    seen_ = append->position;
    AppendChanges mine{append->position, false, {}};
    for (const EntryChange& change : append->changes) {
      auto seen = timeline::ChangeFor(resolved_, resolved_, change);
      if (seen.has_value()) mine.changes.push_back(*std::move(seen));
    }
    if (!mine.changes.empty()) {
      ahead_ = std::move(mine);
      return absl::OkStatus();
    }
  }
  seen_ = std::max(seen_, ring_end_);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Position>> WatchFeed::DayHasCome() {
  if (!next_start_.has_value()) return std::nullopt;
  const absl::Time midnight = StartOf(*next_start_);
  // In this order: what the clock finds in the log was not stamped after it was looked at.
  const bool by_clock = *next_start_ <= Today(clock_);
  const Position head = views_.log().head();
  if (views_.log().head_time() >= midnight) {
    // Some append proves it; the last before that is where it stands.
    if (!midnight_.has_value() || midnight_->first != *next_start_) {
      ASSIGN_OR_RETURN(const Position first, views_.log().FirstAt(midnight));
      midnight_.emplace(*next_start_, first - 1);
    }
    const Position last = std::max(midnight_->second, place_.position);
    if (ahead_.has_value() || seen_ >= last) return last;
    has_come_ = true;
    return std::nullopt;
  }
  if (by_clock && !ahead_.has_value() && seen_ >= head) return seen_;
  has_come_ = by_clock;
  return std::nullopt;
}

absl::StatusOr<Happening> WatchFeed::PassDay(Position position) {
  const CivilDay day = *next_start_;
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  const timeline::ResolvedQuery query = snapshot->Resolve(query_, position);
  ASSIGN_OR_RETURN(const std::vector<EntryVersion> entries,
                   snapshot->Find(query, AsOf{position, std::nullopt}));
  place_ = {std::max(place_.position, position), day};
  next_start_.reset();
  Happening happening;
  happening.place = place_;
  for (const EntryVersion& entry : entries) {
    NoteNextStart(timeline::StartsOf(entry));
    std::optional<EntryChange> change = timeline::ChangeByDay(entry, day);
    if (!change.has_value()) continue;
    RETURN_IF_ERROR(SortByPosition(views_.log(), &change->cause_event_ids));
    happening.changes.push_back(*std::move(change));
  }
  return happening;
}

absl::StatusOr<Happening> WatchFeed::TakeAhead() {
  Happening happening;
  happening.changes = std::move(ahead_->changes);
  place_.position = ahead_->position;
  ahead_.reset();
  has_come_ = false;
  RETURN_IF_ERROR(NoteStarts(happening));
  happening.place = place_;
  return happening;
}

absl::Status WatchFeed::NoteStarts(const Happening& append) {
  const auto later = [&](const EntryChange& change) {
    return change.after.exists() && !change.starts.empty() && change.starts.back() > place_.day;
  };
  if (std::none_of(append.changes.begin(), append.changes.end(), later)) return absl::OkStatus();
  // What the append says of days that had come before it is not news by a day.
  ASSIGN_OR_RETURN(const CivilDay recorded, RecordDay(views_.log(), place_.position));
  place_.day = std::max(place_.day, recorded);
  for (const EntryChange& change : append.changes) {
    if (change.after.exists()) NoteNextStart(change.starts);
  }
  return absl::OkStatus();
}

absl::Status WatchFeed::FindNextStart(const ViewSnapshot& snapshot) {
  ASSIGN_OR_RETURN(const CivilDay recorded, RecordDay(views_.log(), place_.position));
  place_.day = std::max(place_.day, recorded);
  const auto has_intervals = [](const std::string& kind) { return timeline::HasIntervals(kind); };
  if (std::any_of(resolved_.kinds.begin(), resolved_.kinds.end(), has_intervals)) {
    ASSIGN_OR_RETURN(const std::vector<EntryVersion> entries,
                     snapshot.Find(resolved_, AsOf{place_.position, std::nullopt}));
    for (const EntryVersion& entry : entries) NoteNextStart(timeline::StartsOf(entry));
  }
  starts_known_ = true;
  return absl::OkStatus();
}

void WatchFeed::NoteNextStart(const std::vector<CivilDay>& starts) {
  const auto next = std::upper_bound(starts.begin(), starts.end(), place_.day);
  if (next == starts.end()) return;
  next_start_ = next_start_.has_value() ? std::min(*next_start_, *next) : *next;
}

}  // namespace chipline::query
