#include "services/query/watch_feed.h"

#include <algorithm>
#include <chrono>
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
using timeline::EntryWalk;
using timeline::SteadyTime;
using timeline::ViewSnapshot;

// How long one call may work, and what a replay may keep in memory of entries.
constexpr std::chrono::milliseconds kTurn{10};
constexpr size_t kKeptBytes = 8 * 1024 * 1024;

SteadyTime Soon() { return std::chrono::steady_clock::now() + kTurn; }
bool IsOver(SteadyTime until) { return std::chrono::steady_clock::now() >= until; }

// The day on which an append was recorded.
absl::StatusOr<CivilDay> RecordDay(const storage::LogReader& log, Position position) {
  if (position == 0) return WatchPlace::kNoDay;
  ASSIGN_OR_RETURN(const v1::RecordedEvent event, timeline::ReadEvent(log, position));
  return CivilDay::FromTimestamp(event.record_time());
}

}  // namespace

WatchFeed::WatchFeed(timeline::Materializer& views, const Clock& clock, v1::TimelineQuery query)
    : views_(views), clock_(clock), query_(std::move(query)) {
  views_.ring().AddWatcher();
}

WatchFeed::~WatchFeed() { views_.ring().RemoveWatcher(); }

void WatchFeed::Begin(const ViewSnapshot& snapshot) {
  telling_.reset();
  ahead_.reset();
  replay_.reset();
  starts_.reset();
  next_start_.reset();
  midnight_.reset();
  looking_ = false;
  has_come_ = false;
  // In this order: what the clock finds in the log was not stamped after it was looked at.
  const CivilDay today = Today(clock_);
  const CivilDay recorded = CivilDay::FromTimestamp(snapshot.time());
  // Views that are behind have yet to tell what was appended before today.
  const bool at_head = snapshot.position() >= views_.log().head();
  place_ = {snapshot.position(), at_head ? std::max(today, recorded) : recorded};
  told_ = place_;
  seen_ = place_.position;
  resolved_ = snapshot.Resolve(query_, place_.position);
  snapshot_.emplace(resolved_, snapshot.now());
  starts_known_ = false;
}

absl::StatusOr<bool> WatchFeed::Snapshot(const std::function<bool(const EntryVersion&)>& take) {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  ASSIGN_OR_RETURN(const bool done,
                   snapshot_->Step(*snapshot, Soon(), [&](const EntryVersion& entry) {
                     if (!take(entry)) return false;
                     NoteNextStart(timeline::StartsOf(entry));
                     return true;
                   }));
  if (!done) return false;
  snapshot_.reset();
  starts_known_ = true;
  return true;
}

void WatchFeed::Resume(WatchPlace after) {
  place_ = after;
  told_ = after;
  seen_ = after.position;
  resolved_ = timeline::ResolveQuery(query_, NamesAt{views_.names()->table, after.position});
}

absl::StatusOr<std::optional<Happening>> WatchFeed::Next(size_t max_bytes) {
  const SteadyTime until = Soon();
  while (true) {
    if (telling_.has_value()) {
      ASSIGN_OR_RETURN(std::optional<Happening> part, Tell(std::min(max_bytes, kPartBytes), until));
      if (part.has_value() || telling_.has_value()) return part;
    }
    has_come_ = false;
    ASSIGN_OR_RETURN(const bool looked, LookAhead(until));
    looking_ = !looked;
    if (looking_) return std::optional<Happening>();
    if (!starts_known_ && views_.ring().position() >= place_.position) {
      ASSIGN_OR_RETURN(starts_known_, FindNextStart(until));
      if (!starts_known_) return std::optional<Happening>();
    }
    ASSIGN_OR_RETURN(const std::optional<Position> midnight, DayHasCome());
    if (midnight.has_value() && (!ahead_.has_value() || *midnight < ahead_->position)) {
      RETURN_IF_ERROR(BeginDay(*midnight));
    } else if (ahead_.has_value()) {
      RETURN_IF_ERROR(BeginAhead());
    } else {
      place_.position = std::max(place_.position, seen_);
      told_ = place_;
      return std::optional<Happening>();
    }
  }
}

Position WatchFeed::waits_past() const {
  // Until the views are there it is not known what the place waits for.
  return starts_known_ || place_.position == 0 ? place_.position : place_.position - 1;
}

size_t WatchFeed::bytes() const {
  size_t bytes = sizeof *this;
  if (replay_ != nullptr) bytes += replay_->bytes();
  if (ahead_.has_value()) bytes += ahead_->first.bytes() + ahead_->rest->bytes();
  if (telling_.has_value()) bytes += telling_->part_bytes + telling_->source->bytes();
  return bytes;
}

absl::StatusOr<bool> WatchFeed::LookAhead(SteadyTime until) {
  while (!ahead_.has_value()) {
    const bool replaying = replay_ != nullptr;
    ASSIGN_OR_RETURN(const bool looked, replaying ? LookInReplay(until) : LookInRing(until));
    if (!looked) return false;
    // The end of the one is the beginning of the other.
    if (replaying == (replay_ != nullptr)) break;
  }
  return true;
}

absl::StatusOr<bool> WatchFeed::LookInRing(SteadyTime until) {
  while (!ahead_.has_value()) {
    const std::optional<timeline::ChangeRing::Next> next = views_.ring().After(seen_);
    if (!next.has_value()) {
      RETURN_IF_ERROR(StartReplay());
      return true;
    }
    if (next->append == nullptr) {
      seen_ = std::max(seen_, next->position);
      return true;
    }
    if (next->append->names_changed) {
      const timeline::ResolvedQuery is =
          timeline::ResolveQuery(query_, NamesAt{views_.names()->table, next->position});
      if (!(is == resolved_)) {
        RETURN_IF_ERROR(StartReplay());
        return true;
      }
    }
    seen_ = next->position;
    ASSIGN_OR_RETURN(const bool tried, Try(seen_, ChangesInRing(next->append, resolved_), until));
    if (!tried || (!ahead_.has_value() && IsOver(until))) return ahead_.has_value();
  }
  return true;
}

absl::Status WatchFeed::StartReplay() {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  replay_ = std::make_unique<timeline::ChangeReplay>(
      query_, seen_, std::max(seen_, snapshot->position()), kKeptBytes);
  collected_ = false;
  return absl::OkStatus();
}

absl::StatusOr<bool> WatchFeed::LookInReplay(SteadyTime until) {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  if (!collected_) {
    ASSIGN_OR_RETURN(collected_, replay_->Collect(*snapshot, until));
    if (!collected_ || replay_->too_far()) return false;
  }
  while (!ahead_.has_value()) {
    const std::optional<Position> append = replay_->NextAppend(*snapshot);
    if (!append.has_value()) break;
    ASSIGN_OR_RETURN(const bool tried, Try(*append, ChangesInReplay(views_, *replay_), until));
    if (!tried || (!ahead_.has_value() && IsOver(until))) return ahead_.has_value();
  }
  if (ahead_.has_value()) return true;
  seen_ = replay_->end();
  resolved_ = snapshot->Resolve(query_, seen_);
  replay_.reset();
  return true;
}

absl::StatusOr<bool> WatchFeed::Try(Position position, std::unique_ptr<ChangeSource> source,
                                    SteadyTime until) {
  ASSIGN_OR_RETURN(ChangeSource::Step step, source->Next(until));
  if (step.change.has_value()) ahead_.emplace(position, *std::move(step.change), std::move(source));
  return true;
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

absl::Status WatchFeed::BeginDay(Position position) {
  const CivilDay day = *next_start_;
  const timeline::ResolvedQuery query =
      timeline::ResolveQuery(query_, NamesAt{views_.names()->table, position});
  place_ = {std::max(place_.position, position), day};
  next_start_.reset();
  telling_.emplace();
  telling_->source =
      ChangesByDay(views_, EntryWalk(query, AsOf{position, std::nullopt}), day,
                   [this](const std::vector<CivilDay>& starts) { NoteNextStart(starts); });
  return absl::OkStatus();
}

absl::Status WatchFeed::BeginAhead() {
  place_.position = ahead_->position;
  has_come_ = false;
  telling_.emplace();
  telling_->source = std::move(ahead_->rest);
  EntryChange first = std::move(ahead_->first);
  ahead_.reset();
  return Add(std::move(first));
}

// Holds the last change back until it is known whether another follows.
absl::StatusOr<std::optional<Happening>> WatchFeed::Tell(size_t max_bytes, SteadyTime until) {
  Telling& telling = *telling_;
  while (true) {
    ASSIGN_OR_RETURN(ChangeSource::Step step, telling.source->Next(until));
    if (step.change.has_value()) {
      const size_t bytes = step.change->bytes();
      if (!telling.part.empty() && telling.part_bytes + bytes > max_bytes) {
        Happening part{std::exchange(telling.part, {}), false};
        telling.part_bytes = 0;
        RETURN_IF_ERROR(Add(*std::move(step.change)));
        // Its end is found with the next call.
        return std::optional<Happening>(std::move(part));
      }
      RETURN_IF_ERROR(Add(*std::move(step.change)));
    }
    if (step.done) {
      Happening part{std::move(telling.part), true};
      telling_.reset();
      told_ = place_;
      if (part.changes.empty()) return std::optional<Happening>();
      return std::optional<Happening>(std::move(part));
    }
    if (IsOver(until)) return std::optional<Happening>();
  }
}

absl::Status WatchFeed::Add(EntryChange change) {
  if (change.after.exists() && !change.starts.empty() && change.starts.back() > place_.day) {
    // What the append says of days that had come before it is not news by a day.
    ASSIGN_OR_RETURN(const CivilDay recorded, RecordDay(views_.log(), place_.position));
    place_.day = std::max(place_.day, recorded);
    NoteNextStart(change.starts);
  }
  telling_->part_bytes += change.bytes();
  telling_->part.push_back(std::move(change));
  return absl::OkStatus();
}

absl::StatusOr<bool> WatchFeed::FindNextStart(SteadyTime until) {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  if (!starts_.has_value()) {
    ASSIGN_OR_RETURN(const CivilDay recorded, RecordDay(views_.log(), place_.position));
    place_.day = std::max(place_.day, recorded);
    const timeline::ResolvedQuery query = snapshot->Resolve(query_, place_.position);
    const auto has_intervals = [](const std::string& kind) { return timeline::HasIntervals(kind); };
    if (std::none_of(query.kinds.begin(), query.kinds.end(), has_intervals)) return true;
    starts_.emplace(query, AsOf{place_.position, std::nullopt});
  }
  ASSIGN_OR_RETURN(const bool done, starts_->Step(*snapshot, until, [&](const EntryVersion& entry) {
    NoteNextStart(timeline::StartsOf(entry));
    return true;
  }));
  if (done) starts_.reset();
  return done;
}

void WatchFeed::NoteNextStart(const std::vector<CivilDay>& starts) {
  const auto next = std::upper_bound(starts.begin(), starts.end(), place_.day);
  if (next == starts.end()) return;
  next_start_ = next_start_.has_value() ? std::min(*next_start_, *next) : *next;
}

}  // namespace chipline::query
