#ifndef CHIPLINE_STORAGE_JETSTREAM_PUBLISHER_H_
#define CHIPLINE_STORAGE_JETSTREAM_PUBLISHER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/jetstream/connection.h"
#include "storage/traceparent.h"

namespace chipline::jetstream {

struct PublisherOptions {
  // A message without an answer after this time is UNAVAILABLE. From 1 ms on.
  absl::Duration ack_timeout = absl::Seconds(5);
  // Bytes of messages without an answer. One message is always accepted.
  size_t max_bytes_in_flight = size_t{64} << 20;
};

// Publishes messages to a stream and gets the sequence of each, without waiting for one before
// sending the next. No message id is sent: nats-server 2.10 may answer a repeated id with success
// for a message that was never stored. So publishing again gives a second message. Thread-safe.
class Publisher {
 public:
  // How a message went: its sequence if `status` is OK, else
  //   RESOURCE_EXHAUSTED  the stream or its account is full; it was not stored
  //   INVALID_ARGUMENT    it is larger than the stream allows; it was not stored
  //   PERMISSION_DENIED   the credentials may not publish to the subject; it was not stored
  //   UNAVAILABLE         no leader, no answer in time, or the connection was lost: unknown, it may
  //                       be stored even later
  struct Ack {
    absl::Status status;
    uint64_t sequence = 0;
  };
  // Called once, on a thread of cnats or of the publisher; must not block. May call Publish, but
  // not destroy the publisher.
  using OnAck = std::function<void(Ack)>;

  // `connection` must outlive it. `stream` is the name that every answer must have.
  static absl::StatusOr<std::unique_ptr<Publisher>> Open(Connection& connection,
                                                         const std::string& stream,
                                                         const std::string& subject,
                                                         const PublisherOptions& options = {});

  // Messages without an answer get UNAVAILABLE before it returns.
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Sends one message. Of the messages of one thread, those that are stored keep their order. If
  // this returns an error, nothing was sent and `on_ack` is not called: UNAVAILABLE without a
  // connection or with too much in flight, INVALID_ARGUMENT if it is larger than the server's
  // max_payload. `trace` is sent as a header, unless it is empty.
  absl::Status Publish(std::string_view bytes, OnAck on_ack,
                       const storage::Traceparent& trace = {});

  // Bytes of messages without an answer.
  size_t bytes_in_flight() const;

 private:
  struct Core;
  explicit Publisher(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_PUBLISHER_H_
