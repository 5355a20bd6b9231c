#include "services/query/watch.h"

#include <algorithm>
#include <utility>

#include "services/query/change_bytes.h"
#include "services/query/known.h"
#include "services/query/timeline_reads.h"
#include "services/query/watch_token.h"
#include "services/rpc/field_checks.h"
#include "services/timeline/folds/fold.h"
#include "storage/status_macros.h"

namespace chipline::query {

using storage::Position;
using timeline::AppendChanges;
using timeline::EntryChange;
using timeline::ViewSnapshot;
using Response = v1::WatchTimelinesResponse;

Watch::Watch(timeline::Materializer& views, const Clock& clock, WatchTerms terms)
    : views_(views), clock_(clock), terms_(std::move(terms)) {
  views_.ring().AddWatcher();
}

Watch::~Watch() { views_.ring().RemoveWatcher(); }

absl::StatusOr<StreamStep> Watch::Next(const StreamTurn& turn) {
  if (!changes_.empty()) return ChangesPart(turn);
  switch (stage_) {
    case Stage::kBegin:
      return Begin();
    case Stage::kReset:
      return Reset();
    case Stage::kSnapshot:
      return SnapshotPart(turn);
    case Stage::kReplay:
      RETURN_IF_ERROR(ReplayOn());
      break;
    case Stage::kCaughtUp:
      return CaughtUp();
    case Stage::kLive:
      return LiveOn(turn);
  }
  if (!changes_.empty()) return ChangesPart(turn);
  return stage_ == Stage::kCaughtUp ? CaughtUp() : LiveOn(turn);
}

absl::StatusOr<StreamStep> Watch::Begin() {
  ASSIGN_OR_RETURN(auto snapshot, ViewSnapshot::Take(views_));
  if (terms_.resumed && terms_.after > views_.log().head()) {
    return BeyondHeadError("resume_token", terms_.after, views_.log().head());
  }
  v1::WatchStarted started;
  started.set_resumed(terms_.resumed);
  if (terms_.resumed) {
    position_ = terms_.after;
    placed_ = true;
    resolved_ = snapshot->Resolve(terms_.query, position_);
    // Views that are not yet where the token is have nothing to tell until they are past it.
    timeline::AsOf reflected{std::min(position_, snapshot->position()), std::nullopt};
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, reflected));
    if (position_ < snapshot->position()) {
      ASSIGN_OR_RETURN(replay_,
                       timeline::ChangeReplay::Start(std::move(snapshot), terms_.query, position_));
      stage_ = Stage::kReplay;
    } else {
      stage_ = Stage::kCaughtUp;
    }
  } else {
    snapshot_position_ = snapshot->position();
    resolved_ = snapshot->Resolve(terms_.query, snapshot_position_);
    ASSIGN_OR_RETURN(snapshot_, snapshot->Find(resolved_, snapshot->now()));
    ASSIGN_OR_RETURN(*started.mutable_basis(), BasisOf(views_, *snapshot, snapshot->now()));
    stage_ = terms_.reset ? Stage::kReset : Stage::kSnapshot;
  }
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kStartedFieldNumber, started);
  return Message(std::move(frame));
}

StreamStep Watch::Reset() {
  v1::WatchReset reset;
  reset.set_cause("the token is of another version of the views; a snapshot by this one follows");
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
    position_ = snapshot_position_;
    placed_ = true;
    stage_ = Stage::kCaughtUp;
    if (entries.empty()) return CaughtUp();
  }
  MessageBuilder frame = Frame();
  frame.OpenMessage(Response::kSnapshotFieldNumber, entries.size());
  frame.AddBytes(entries);
  return Message(std::move(frame));
}

absl::Status Watch::StartReplay() {
  ASSIGN_OR_RETURN(auto snapshot, ViewSnapshot::Take(views_));
  from_ring_.clear();
  ASSIGN_OR_RETURN(replay_,
                   timeline::ChangeReplay::Start(std::move(snapshot), terms_.query, position_));
  stage_ = Stage::kReplay;
  return absl::OkStatus();
}

absl::Status Watch::ReplayOn() {
  ASSIGN_OR_RETURN(const std::optional<AppendChanges> append, replay_->Next());
  if (append.has_value()) {
    Offer(*append);
    return absl::OkStatus();
  }
  position_ = replay_->end();
  resolved_ =
      timeline::ResolveQuery(terms_.query, timeline::NamesAt{views_.names()->table, position_});
  replay_.reset();
  stage_ = was_live_ ? Stage::kLive : Stage::kCaughtUp;
  return absl::OkStatus();
}

StreamStep Watch::CaughtUp() {
  stage_ = Stage::kLive;
  was_live_ = true;
  MessageBuilder frame = Frame();
  frame.AddMessage(Response::kCaughtUpFieldNumber, v1::WatchCaughtUp());
  return Message(std::move(frame));
}

absl::StatusOr<StreamStep> Watch::LiveOn(const StreamTurn& turn) {
  RETURN_IF_ERROR(views_.health());
  while (true) {
    ASSIGN_OR_RETURN(const bool found, TakeFromRing());
    if (found) return ChangesPart(turn);
    if (stage_ != Stage::kReplay) break;
    while (stage_ == Stage::kReplay && changes_.empty()) RETURN_IF_ERROR(ReplayOn());
    if (!changes_.empty()) return ChangesPart(turn);
  }
  if (turn.heartbeat_due) return Heartbeat();
  return StreamWait{position_};
}

absl::StatusOr<bool> Watch::TakeFromRing() {
  if (from_ring_.empty()) {
    std::optional<timeline::ChangeRing::Changes> changes = views_.ring().After(position_);
    if (!changes.has_value()) {
      RETURN_IF_ERROR(StartReplay());
      return false;
    }
    from_ring_.assign(changes->appends.begin(), changes->appends.end());
    ring_position_ = changes->position;
  }
  while (!from_ring_.empty()) {
    const std::shared_ptr<const AppendChanges> append = from_ring_.front();
    if (append->names_changed) {
      const timeline::ResolvedQuery is = timeline::ResolveQuery(
          terms_.query, timeline::NamesAt{views_.names()->table, append->position});
      if (!(is == resolved_)) {
        RETURN_IF_ERROR(StartReplay());
        return false;
      }
    }
    from_ring_.pop_front();
    AppendChanges mine{append->position, false, {}};
    for (const EntryChange& change : append->changes) {
      auto seen = timeline::ChangeFor(resolved_, resolved_, change);
      if (seen.has_value()) mine.changes.push_back(*std::move(seen));
    }
    if (!mine.changes.empty()) {
      Offer(mine);
      return true;
    }
  }
  position_ = std::max(position_, ring_position_);
  return false;
}

void Watch::Offer(const AppendChanges& append) {
  for (const EntryChange& change : append.changes) changes_.push_back(ChangeBytes(change));
  changes_position_ = append.position;
}

StreamStep Watch::ChangesPart(const StreamTurn& turn) {
  std::string changes;
  while (!changes_.empty()) {
    if (!changes.empty() && changes.size() + changes_.front().size() > turn.max_bytes) break;
    AppendMessageField(v1::ChangeBatch::kChangesFieldNumber, changes_.front(), &changes);
    changes_.pop_front();
  }
  if (changes_.empty()) position_ = changes_position_;
  MessageBuilder frame = Frame();
  frame.OpenMessage(Response::kChangesFieldNumber, changes.size());
  frame.AddBytes(changes);
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
  frame.AddNumber(Response::kPositionFieldNumber, position_);
  if (placed_) {
    frame.AddText(Response::kResumeTokenFieldNumber, SealWatchToken(terms_.scope, position_));
  }
  return frame;
}

StreamStep Watch::Message(MessageBuilder frame) const {
  StreamMessage message;
  message.bytes = std::move(frame).Build();
  message.position = position_;
  message.live = was_live_ && changes_.empty() && stage_ == Stage::kLive;
  if (message.live && from_ring_.empty()) message.wait_past = position_;
  return message;
}

}  // namespace chipline::query
