#ifndef CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_H_
#define CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "services/rpc/message_builder.h"
#include "services/rpc/stream_source.h"
#include "services/stream/subscribe_request.h"
#include "storage/clock.h"
#include "storage/cursor.h"
#include "storage/log.h"

namespace chipline::stream {

// What Subscribe sends: started; batches from the start on; caught_up when all there was has been
// sent; from then on what comes, at once; fell_behind when it must go on from disk, and caught_up
// again after it; a heartbeat when there was nothing for long, or nothing that matched for a long
// stretch of the log. There is one way through all of it, a cursor: "live" is only where it stands,
// so nothing is missed or repeated in between.
//
// Every message's position is the cursor's when it was made: the end of an append, at which the
// same subscription can be taken up again. Not thread-safe. `log` and `clock` must outlive it.
class Subscription final : public StreamSource {
 public:
  Subscription(const storage::Log& log, const Clock& clock, SubscribeTerms terms)
      : log_(log), clock_(clock), terms_(std::move(terms)) {}

  // OUT_OF_RANGE at the first step if the start is yet to come; DATA_LOSS if the log is damaged.
  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override;

 private:
  absl::StatusOr<StreamStep> Begin();
  // The step for what the cursor passed.
  StreamStep Pass(storage::Batch batch, bool heartbeat_due);
  StreamStep CaughtUp();
  StreamStep FellBehind();
  StreamStep Heartbeat();
  StreamStep Send(const storage::Batch& batch);

  // The fields that every response has, `position_` being where it leaves the client.
  MessageBuilder Frame() const;
  StreamStep Message(MessageBuilder frame, size_t events = 0);
  bool at_end() const { return position_ >= end_; }

  const storage::Log& log_;
  const Clock& clock_;
  const SubscribeTerms terms_;
  // None before the first step.
  std::optional<storage::Cursor> cursor_;
  // Every match up to here was sent or is in the message being made.
  storage::Position position_ = 0;
  // The position of the last message.
  storage::Position told_ = 0;
  // The end of the log when last looked at.
  storage::Position end_ = 0;
  // caught_up was sent, and no fell_behind since.
  bool live_ = false;
  // Read, and to be sent after fell_behind.
  std::optional<storage::Batch> held_;
};

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_SUBSCRIPTION_H_
