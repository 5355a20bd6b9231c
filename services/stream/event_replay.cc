#include "services/stream/event_replay.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/rpc/message_builder.h"
#include "services/stream/start.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::stream {

using Fields = v1::ReadEventsResponse;

absl::StatusOr<StreamStep> EventReplay::Next(const StreamTurn& turn) {
  if (done_) return StreamEnd();
  if (!cursor_.has_value()) {
    const storage::Position head = log_.head();
    RETURN_IF_ERROR(CheckNotBeyond(after_, log_));
    // A cursor's bound of 0 means none, so an empty log is not for one.
    if (head == 0) return Send(storage::Batch());
    cursor_.emplace(log_, std::move(filter_), after_, head);
    told_ = after_;
  }
  ASSIGN_OR_RETURN(const storage::Batch batch, cursor_->Next(turn.max_bytes));
  if (batch.events == 0 && !batch.at_end() && batch.position - told_ < limits::kMaxUntoldEvents) {
    return StreamPause();
  }
  return Send(batch);
}

StreamStep EventReplay::Send(const storage::Batch& batch) {
  // A block's fields are this message's, too.
  static_assert(Fields::kEventsFieldNumber == 1);
  done_ = batch.at_end();
  told_ = batch.position;
  MessageBuilder frame;
  for (const storage::BlockSlice& slice : batch.slices) frame.AddSlice(slice);
  frame.AddNumber(Fields::kPositionFieldNumber, batch.position);
  frame.AddNumber(Fields::kHeadPositionFieldNumber, batch.end);
  return StreamMessage{std::move(frame).Build(), batch.position, /*live=*/false, std::nullopt,
                       batch.events};
}

}  // namespace chipline::stream
