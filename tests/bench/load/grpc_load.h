#ifndef CHIPLINE_TESTS_BENCH_LOAD_GRPC_LOAD_H_
#define CHIPLINE_TESTS_BENCH_LOAD_GRPC_LOAD_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "tests/bench/load/measurement.h"

// Closed-loop loads over gRPC with messages that are ready-made bytes, the same code for Chipline
// and for the limits.
namespace chipline::bench {

// What is asked, and how to read the answer.
struct Exchange {
  std::string method;
  // Makes the next request. Called by several threads.
  std::function<grpc::ByteBuffer()> request;
  // Whether the answer says that it was done; empty: any answer does.
  std::function<bool(const grpc::ByteBuffer&)> succeeded;
  // Events in one request.
  size_t events = 1;
};

// Unary calls, `in_flight` at a time over one connection.
Measurement UnaryLoad(const std::shared_ptr<grpc::Channel>& channel, const Exchange& exchange,
                      size_t in_flight, absl::Duration duration);

// Bidirectional streams that answer each message with one, `window` messages in flight on each of
// `streams`, each over a connection of its own. Each stream ends after `messages`, or when
// `duration` is over; 0: only then.
Measurement BidiLoad(const std::string& server, const Exchange& exchange, size_t streams,
                     size_t window, absl::Duration duration, uint64_t messages = 0);

// A server stream that is read and counted. `duration` ends it if the server does not.
struct ReadOptions {
  std::string method;
  grpc::ByteBuffer request;
  // How many events are in a message.
  std::function<uint64_t(const grpc::ByteBuffer&)> count;
};
Measurement ReadLoad(const std::string& server, const ReadOptions& options, size_t streams,
                     absl::Duration duration);

// Events of a ReadEventsResponse or, with `in_batch`, of a SubscribeResponse, counted without
// parsing them.
uint64_t CountEvents(const grpc::ByteBuffer& message, bool in_batch);
// Whether a PipelineAppendResponse holds a result, not an error.
bool HoldsResult(const grpc::ByteBuffer& message);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_GRPC_LOAD_H_
