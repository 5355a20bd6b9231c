#include "services/stream/subscription.h"

#include <algorithm>
#include <utility>

#include "chipline/v1/subscription_service.pb.h"
#include "services/rpc/resume_token.h"
#include "storage/filter.h"
#include "storage/limits.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::stream {

using Fields = v1::SubscribeResponse;

absl::StatusOr<StreamStep> Subscription::Next(const StreamTurn& turn) {
  if (!cursor_.has_value()) return Begin();
  if (held_.has_value()) {
    const storage::Batch held = *std::exchange(held_, std::nullopt);
    return Send(held);
  }
  if (!live_ && at_end()) return CaughtUp();
  const size_t wanted =
      live_ ? std::min(terms_.max_batch_bytes, limits::kLiveBatchBytes) : terms_.max_batch_bytes;
  ASSIGN_OR_RETURN(storage::Batch batch, cursor_->Next(std::min(wanted, turn.max_bytes)));
  return Pass(std::move(batch), turn.heartbeat_due);
}

absl::StatusOr<StreamStep> Subscription::Begin() {
  ASSIGN_OR_RETURN(position_, ResolveStart(terms_.start, log_.reader(), clock_));
  end_ = log_.reader().head();
  cursor_.emplace(log_.reader(), terms_.filter, position_);
  v1::Started started;
  started.set_log_id(log_.identity().log_id);
  started.set_epoch(log_.identity().epoch);
  started.set_shard_hash_version(storage::kShardHashVersion);
  MessageBuilder frame = Frame();
  frame.AddMessage(Fields::kStartedFieldNumber, started);
  return Message(std::move(frame));
}

StreamStep Subscription::Pass(storage::Batch batch, bool heartbeat_due) {
  end_ = batch.end;
  if (batch.events > 0) {
    if (!live_ || !batch.from_disk) return Send(batch);
    held_ = std::move(batch);
    return FellBehind();
  }
  position_ = batch.position;
  if (!at_end()) {
    if (heartbeat_due || position_ - told_ >= limits::kMaxUntoldEvents) return Heartbeat();
    return StreamPause();
  }
  if (!live_) return CaughtUp();
  if (heartbeat_due) return Heartbeat();
  return StreamWait{position_};
}

StreamStep Subscription::CaughtUp() {
  live_ = true;
  MessageBuilder frame = Frame();
  frame.AddMessage(Fields::kCaughtUpFieldNumber, v1::CaughtUp());
  return Message(std::move(frame));
}

StreamStep Subscription::FellBehind() {
  live_ = false;
  MessageBuilder frame = Frame();
  frame.AddMessage(Fields::kFellBehindFieldNumber, v1::FellBehind());
  return Message(std::move(frame));
}

StreamStep Subscription::Heartbeat() {
  v1::Heartbeat heartbeat;
  *heartbeat.mutable_server_time() = ToTimestamp(clock_.Now());
  MessageBuilder frame = Frame();
  frame.AddMessage(Fields::kHeartbeatFieldNumber, heartbeat);
  return Message(std::move(frame));
}

StreamStep Subscription::Send(const storage::Batch& batch) {
  // A batch's blocks are EventBatch's `events` fields as they are.
  static_assert(v1::EventBatch::kEventsFieldNumber == 1);
  position_ = batch.position;
  MessageBuilder frame = Frame();
  frame.OpenMessage(Fields::kBatchFieldNumber, batch.bytes);
  for (const storage::BlockSlice& slice : batch.slices) frame.AddSlice(slice);
  return Message(std::move(frame), batch.events);
}

MessageBuilder Subscription::Frame() const {
  MessageBuilder frame;
  frame.AddNumber(Fields::kPositionFieldNumber, position_);
  frame.AddNumber(Fields::kHeadPositionFieldNumber, end_);
  frame.AddText(Fields::kResumeTokenFieldNumber, SealResumeToken(terms_.scope, position_));
  return frame;
}

StreamStep Subscription::Message(MessageBuilder frame, size_t events) {
  told_ = position_;
  StreamMessage message;
  message.bytes = std::move(frame).Build();
  message.position = position_;
  message.live = live_;
  if (live_ && at_end()) message.wait_past = position_;
  message.events = events;
  return message;
}

}  // namespace chipline::stream
