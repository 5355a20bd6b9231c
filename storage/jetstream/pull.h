#ifndef CHIPLINE_STORAGE_JETSTREAM_PULL_H_
#define CHIPLINE_STORAGE_JETSTREAM_PULL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

// The protocol between a feed and a pull consumer. Raw requests: cnats' own fetch waits for a full
// batch or a timeout, and its ordered consumer loses messages.
namespace chipline::jetstream {

// Where a message comes from, read from its reply subject.
struct Origin {
  std::string_view consumer;
  uint64_t stream_sequence = 0;
  // The number of the message among those of this consumer, from 1.
  uint64_t consumer_sequence = 0;
  absl::Time time;
};
// "$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<count>.<stream sequence>.<consumer sequence>.
// <nanoseconds>.<pending>[.<random>]". Nothing if it is no such subject.
std::optional<Origin> ParseOrigin(std::string_view reply);

// The body of $JS.API.CONSUMER.CREATE.<stream>.<name> for a temporary consumer in memory that
// begins at `from`, without acknowledgements. It is removed when it gets no request for
// `inactive_threshold`.
std::string ConsumerJson(const std::string& stream, const std::string& name, uint64_t from,
                         absl::Duration inactive_threshold);

// The body of $JS.API.CONSUMER.MSG.NEXT.<stream>.<name>: up to `batch` messages with `max_bytes`
// together, each as soon as it exists, until `expires`, with heartbeats while there is nothing.
std::string PullJson(int batch, size_t max_bytes, absl::Duration expires, absl::Duration heartbeat);

enum class PullStatus {
  kHeartbeat,
  // The request is over; another may follow.
  kRequestEnded,
  // The request is over, because the next message is larger than the rest of its bytes.
  kTooLarge,
  // The consumer no longer exists, or cannot be used.
  kConsumerLost,
};
// For a message with a status line instead of a payload.
PullStatus PullStatusOf(std::string_view status, std::string_view description);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_PULL_H_
