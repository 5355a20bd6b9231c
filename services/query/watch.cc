#include "services/query/watch.h"

#include <algorithm>
#include <utility>

#include "services/query/change_bytes.h"
#include "services/query/known.h"
#include "services/query/timeline_reads.h"
#include "services/query/views_wait.h"
#include "services/query/watch_token.h"
#include "services/timeline/folds/fold.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"
#include "storage/wire.h"

namespace chipline::query {

namespace {

using Response = v1::WatchTimelinesResponse;

constexpr std::string_view kOtherVersion =
    "the token is of views by another version, policy or release of the fold keys; a snapshot by "
    "this server's follows";
constexpr std::string_view kTooFar =
    "too much has changed since to send it change by change; a snapshot follows";

}  // namespace

Watch::Watch(timeline::Materializer& views, const Clock& clock, DayBell& bell, WatchTerms terms)
    : views_(views),
      clock_(clock),
      terms_(std::move(terms)),
      feed_(views, clock, terms_.query),
      waker_(views.ring(), bell) {}

absl::StatusOr<StreamStep> Watch::Next(const StreamTurn& turn) {
  switch (stage_) {
    case Stage::kBegin:
      return Begin();
    case Stage::kReset:
      return Reset();
    case Stage::kSnapshot:
      return SnapshotPart(turn);
    case Stage::kMissed:
    case Stage::kLive:
      break;
  }
  return Follow(turn);
}

absl::StatusOr<StreamStep> Watch::Begin() {
  ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
  if (terms_.resumed) {
    RETURN_IF_ERROR(CheckNotBeyond("resume_token", terms_.after.position, views_.log()));
  }
  v1::WatchStarted started;
  started.set_resumed(terms_.resumed);
  if (terms_.resumed) {
    // Views that are not yet where the token is have nothing to tell until they are past it.
    const timeline::AsOf reflected{std::min(terms_.after.position, snapshot->position()),
                                   std::nullopt};
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, reflected));
    feed_.Resume(terms_.after);
    place_ = feed_.place();
    placed_ = true;
    stage_ = Stage::kMissed;
  } else {
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, snapshot->now()));
    feed_.Begin(*snapshot);
    stage_ = terms_.reset ? Stage::kReset : Stage::kSnapshot;
    reset_cause_ = kOtherVersion;
  }
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kStartedFieldNumber, started);
  return Message(std::move(frame));
}

absl::StatusOr<StreamStep> Watch::Reset() {
  if (feed_.lost()) {
    ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
    feed_.Begin(*snapshot);
  }
  // Until the snapshot is complete there is nothing to go on from.
  placed_ = false;
  within_ = false;
  v1::WatchReset reset;
  reset.set_cause(std::string(reset_cause_));
  reset.set_view_version(timeline::kViewVersion);
  stage_ = Stage::kSnapshot;
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kResetFieldNumber, reset);
  return Message(std::move(frame));
}

absl::StatusOr<StreamStep> Watch::SnapshotPart(const StreamTurn& turn) {
  std::string entries;
  ASSIGN_OR_RETURN(const bool complete, feed_.Snapshot([&](const timeline::EntryVersion& entry) {
    const size_t most = std::min(turn.max_bytes, WatchFeed::kPartBytes);
    if (!entries.empty() && entries.size() + entry.bytes.size() > most) {
      return false;
    }
    AppendBytes(v1::TimelineSnapshot::kEntriesFieldNumber, entry.bytes, entries);
    return true;
  }));
  if (complete) {
    place_ = feed_.place();
    placed_ = true;
    stage_ = Stage::kMissed;
    if (entries.empty()) return CaughtUp();
  }
  if (entries.empty()) return turn.heartbeat_due ? Heartbeat() : StreamPause{};
  MessageBuilder frame = Frame();
  frame.OpenMessage(Response::kSnapshotFieldNumber, entries.size());
  frame.AddBytes(entries);
  return Message(std::move(frame));
}

absl::StatusOr<StreamStep> Watch::Follow(const StreamTurn& turn) {
  RETURN_IF_ERROR(views_.health());
  ASSIGN_OR_RETURN(const std::optional<Happening> happening, feed_.Next(turn.max_bytes));
  if (happening.has_value()) return Changes(*happening);
  if (feed_.lost()) {
    stage_ = Stage::kReset;
    reset_cause_ = kTooFar;
    return Reset();
  }
  place_ = feed_.place();
  if (turn.heartbeat_due) return Heartbeat();
  if (feed_.busy()) return StreamPause{};
  if (stage_ == Stage::kMissed) return CaughtUp();
  waker_.WaitForDay(feed_.waits_for());
  return StreamWait{feed_.waits_past()};
}

StreamStep Watch::Changes(const Happening& happening) {
  std::string changes;
  for (const timeline::EntryChange& change : happening.changes) {
    AppendBytes(v1::ChangeBatch::kChangesFieldNumber, ChangeBytes(change), changes);
  }
  within_ = !happening.last;
  if (happening.last) place_ = feed_.place();
  MessageBuilder frame = Frame();
  frame.OpenMessage(Response::kChangesFieldNumber, changes.size());
  frame.AddBytes(changes);
  return Message(std::move(frame));
}

StreamStep Watch::CaughtUp() {
  stage_ = Stage::kLive;
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kCaughtUpFieldNumber, v1::WatchCaughtUp());
  return Message(std::move(frame));
}

StreamStep Watch::Heartbeat() {
  v1::WatchHeartbeat heartbeat;
  *heartbeat.mutable_server_time() = ToTimestamp(clock_.Now());
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kHeartbeatFieldNumber, heartbeat);
  return Message(std::move(frame));
}

MessageBuilder Watch::Frame() const {
  MessageBuilder frame;
  frame.AddNumber(Response::kPositionFieldNumber, place_.position);
  if (!placed_) return frame;
  frame.AddText(Response::kResumeTokenFieldNumber, SealWatchToken(terms_.scope, place_));
  if (place_.day != WatchPlace::kNoDay) {
    frame.AddText(Response::kDayFieldNumber, place_.day.Format());
  }
  return frame;
}

StreamStep Watch::Message(MessageBuilder frame) {
  StreamMessage message;
  message.bytes = std::move(frame).Build();
  message.position = place_.position;
  message.live = stage_ == Stage::kLive && !within_;
  if (message.live && !feed_.busy()) {
    waker_.WaitForDay(feed_.waits_for());
    message.wait_past = feed_.waits_past();
  }
  return message;
}

}  // namespace chipline::query
