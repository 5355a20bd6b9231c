#include "services/query/watch.h"

#include <algorithm>
#include <utility>

#include "services/query/change_bytes.h"
#include "services/query/known.h"
#include "services/query/timeline_reads.h"
#include "services/query/views_wait.h"
#include "services/query/watch_token.h"
#include "services/rpc/field_checks.h"
#include "services/timeline/folds/fold.h"
#include "storage/status_macros.h"

namespace chipline::query {

using timeline::EntryChange;
using Response = v1::WatchTimelinesResponse;

Watch::Watch(timeline::Materializer& views, const Clock& clock, DayBell& bell, WatchTerms terms)
    : views_(views),
      clock_(clock),
      terms_(std::move(terms)),
      feed_(views, clock, terms_.query),
      waker_(views.ring(), bell) {}

absl::StatusOr<StreamStep> Watch::Next(const StreamTurn& turn) {
  if (!changes_.empty()) return ChangesPart(turn);
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
  return GoOn(turn);
}

absl::StatusOr<StreamStep> Watch::Begin() {
  ASSIGN_OR_RETURN(auto snapshot, TakeViews(views_));
  if (terms_.resumed && terms_.after.position > views_.log().head()) {
    return BeyondHeadError("resume_token", terms_.after.position, views_.log().head());
  }
  v1::WatchStarted started;
  started.set_resumed(terms_.resumed);
  if (terms_.resumed) {
    // Views that are not yet where the token is have nothing to tell until they are past it.
    const timeline::AsOf reflected{std::min(terms_.after.position, snapshot->position()),
                                   std::nullopt};
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, reflected));
    RETURN_IF_ERROR(feed_.Resume(std::move(snapshot), terms_.after));
    place_ = feed_.place();
    placed_ = true;
    stage_ = Stage::kMissed;
  } else {
    ASSIGN_OR_RETURN(snapshot_, feed_.Begin(*snapshot));
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, snapshot->now()));
    stage_ = terms_.reset ? Stage::kReset : Stage::kSnapshot;
  }
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kStartedFieldNumber, started);
  return Message(std::move(frame));
}

StreamStep Watch::Reset() {
  v1::WatchReset reset;
  reset.set_cause(
      "the token is of views by another version, policy or release of the fold keys; a snapshot "
      "by this server's follows");
  reset.set_view_version(timeline::kViewVersion);
  stage_ = Stage::kSnapshot;
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kResetFieldNumber, reset);
  return Message(std::move(frame));
}

StreamStep Watch::SnapshotPart(const StreamTurn& turn) {
  std::string entries;
  while (snapshot_sent_ < snapshot_.size()) {
    const std::string& bytes = snapshot_[snapshot_sent_].bytes;
    if (!entries.empty() && entries.size() + bytes.size() > turn.max_bytes) break;
    AppendMessageField(v1::TimelineSnapshot::kEntriesFieldNumber, bytes, &entries);
    ++snapshot_sent_;
  }
  if (snapshot_sent_ == snapshot_.size()) {
    snapshot_.clear();
    snapshot_.shrink_to_fit();
    snapshot_sent_ = 0;
    place_ = feed_.place();
    placed_ = true;
    stage_ = Stage::kMissed;
    if (entries.empty()) return CaughtUp();
  }
  MessageBuilder frame = Frame();
  frame.OpenMessage(Response::kSnapshotFieldNumber, entries.size());
  frame.AddBytes(entries);
  return Message(std::move(frame));
}

absl::StatusOr<StreamStep> Watch::GoOn(const StreamTurn& turn) {
  RETURN_IF_ERROR(views_.health());
  ASSIGN_OR_RETURN(const std::optional<Happening> happening, feed_.Next());
  if (happening.has_value()) {
    for (const EntryChange& change : happening->changes) changes_.push_back(ChangeBytes(change));
    changes_place_ = happening->place;
    return ChangesPart(turn);
  }
  place_ = feed_.place();
  if (turn.heartbeat_due) return Heartbeat();
  if (feed_.busy()) return StreamPause{};
  if (stage_ == Stage::kMissed) return CaughtUp();
  waker_.WaitForDay(feed_.waits_for());
  return StreamWait{feed_.waits_past()};
}

StreamStep Watch::ChangesPart(const StreamTurn& turn) {
  std::string changes;
  while (!changes_.empty()) {
    if (!changes.empty() && changes.size() + changes_.front().size() > turn.max_bytes) break;
    AppendMessageField(v1::ChangeBatch::kChangesFieldNumber, changes_.front(), &changes);
    changes_.pop_front();
  }
  if (changes_.empty()) place_ = changes_place_;
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
  message.live = stage_ == Stage::kLive && changes_.empty();
  if (message.live && !feed_.busy()) {
    waker_.WaitForDay(feed_.waits_for());
    message.wait_past = feed_.waits_past();
  }
  return message;
}

}  // namespace chipline::query
