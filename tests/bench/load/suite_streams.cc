// The tests of the suite that read.
#include <fmt/format.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

#include "services/cli/client.h"
#include "storage/status_macros.h"
#include "tests/bench/load/await_views.h"
#include "tests/bench/load/disk_limits.h"
#include "tests/bench/load/echo_server.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/bench/load/subscriber.h"
#include "tests/bench/load/suite.h"

namespace chipline::bench {
namespace {

constexpr char kReadMethod[] = "/chipline.v1.EventLogService/ReadEvents";
constexpr char kSubscribeMethod[] = "/chipline.v1.SubscriptionService/Subscribe";
constexpr char kPipelineMethod[] = "/chipline.v1.EventLogService/PipelineAppend";
// Events that the scan limit is measured over: more than fit the caches of the CPU.
constexpr size_t kScanEvents = 200'000;
// Up to so many subscribers events are published for a whole arm; for more the less, since each
// event is delivered to all.
constexpr size_t kFullArm = 100;
// How long the slowest subscriber may take after the last append.
constexpr absl::Duration kPatience = absl::Seconds(30);
// How long the views may take to come to the log's head.
constexpr absl::Duration kViewsPatience = absl::Minutes(10);

template <typename Message>
grpc::ByteBuffer Serialized(const Message& message) {
  std::string bytes;
  message.SerializeToString(&bytes);
  return ToBuffer(bytes);
}

}  // namespace

absl::StatusOr<Measurement> Suite::ReadAll() {
  const ReadOptions read = {kReadMethod, Serialized(v1::ReadEventsRequest()),
                            [](const grpc::ByteBuffer& m) { return CountEvents(m, false); }};
  Measurement result = ReadLoad(chipline_, read, 1, options_.arm);
  if (result.operations == 0) return absl::UnavailableError("ReadEvents sent nothing");
  const auto messages = static_cast<double>(result.operations);
  message_bytes_ = static_cast<double>(result.bytes) / messages;
  message_events_ = static_cast<double>(result.events) / messages;
  return result;
}

absl::StatusOr<Measurement> Suite::RawStream(size_t streams) {
  const auto size = static_cast<uint64_t>(message_bytes_);
  const ReadOptions raw = {kStreamMethod, ToBuffer(fmt::format("0 {}", size)),
                           [](const grpc::ByteBuffer&) { return uint64_t{0}; }};
  Measurement result = ReadLoad(echo_, raw, streams, options_.arm);
  result.events = static_cast<uint64_t>(static_cast<double>(result.operations) * message_events_);
  return result;
}

absl::Status Suite::AwaitRest(std::string_view test) {
  say_(fmt::format("{}, waiting for the views", test));
  cli::Client client(chipline_, absl::Seconds(30));
  return AwaitViews(client.admin(), kViewsPatience).status();
}

absl::Status Suite::Fill(std::string_view test) {
  say_(fmt::format("{}, filling the log", test));
  const Exchange fill = {kPipelineMethod, [this] { return source_.PipelineRequest(64); },
                         HoldsResult, 64};
  BidiLoad(chipline_, fill, 4, 8, options_.arm);
  return AwaitRest(test);
}

absl::Status Suite::CatchUp() {
  // What there is to read, also where the append tests were left out.
  RETURN_IF_ERROR(Fill("catch-up"));
  // The first read tells how large the messages are that the raw stream shall have.
  ASSIGN_OR_RETURN(const Measurement warm, ReadAll());
  say_(fmt::format("catch-up, messages of {:.0f} bytes", message_bytes_));
  return Compare("catch-up", [this] { return ReadAll(); },
                 {{"gRPC raw stream", [this] { return RawStream(1); }},
                  {"RocksDB scan", [this] {
                     return RocksDbScan(directory_, limit_source_, kScanEvents, options_.arm);
                   }}});
}

Measurement Suite::Publish(size_t subscribers) {
  const absl::Duration duration =
      options_.arm / static_cast<int64_t>(std::max<size_t>(subscribers / kFullArm, 1));
  const Exchange append = {kPipelineMethod, [this] { return source_.PipelineRequest(64); },
                           HoldsResult, 64};
  return BidiLoad(chipline_, append, 2, 4, duration);
}

absl::StatusOr<Measurement> Suite::FanOutOnce(size_t subscribers) {
  v1::SubscribeRequest request;
  request.set_head(true);
  request.set_client_name("chipline bench");
  const ReadOptions read = {kSubscribeMethod, Serialized(request),
                            [](const grpc::ByteBuffer& m) { return CountEvents(m, true); }};
  std::vector<std::unique_ptr<Subscriber>> running;
  for (size_t i = 0; i < subscribers; ++i) {
    running.push_back(std::make_unique<Subscriber>(chipline_, read));
    running.back()->Start();
  }
  // Started and caught up: from here on each must get every event.
  bool ready = true;
  for (const auto& one : running) {
    ready = one->AwaitMessages(2, absl::Now() + kPatience) && ready;
  }
  const absl::Time start = absl::Now();
  const Measurement sent = Publish(subscribers);
  Measurement total;
  absl::Time last = start;
  const absl::Time deadline = absl::Now() + kPatience;
  for (const auto& one : running) {
    if (!one->AwaitEvents(sent.events, deadline)) ++total.failures;
  }
  for (const auto& one : running) {
    one->CancelAndAwait();
    const Measurement got = one->result();
    total.operations += got.operations;
    total.events += got.events;
    total.bytes += got.bytes;
    last = std::max(last, one->last());
  }
  total.elapsed = last - start;
  if (!ready) return absl::UnavailableError("a subscriber did not catch up");
  const auto messages = static_cast<double>(std::max<uint64_t>(total.operations, 1));
  message_bytes_ = std::max(static_cast<double>(total.bytes) / messages, 1.0);
  message_events_ = static_cast<double>(total.events) / messages;
  return total;
}

absl::Status Suite::FanOut(size_t subscribers) {
  say_(fmt::format("fan-out to {}, warming up", subscribers));
  ASSIGN_OR_RETURN(const Measurement warm, FanOutOnce(subscribers));
  // What subscribers cannot outrun: the same appends with nobody there to receive them.
  const auto appended = [this, subscribers]() -> absl::StatusOr<Measurement> {
    Measurement alone = Publish(subscribers);
    alone.events *= subscribers;
    return alone;
  };
  return Compare(fmt::format("fan-out to {}", subscribers),
                 [this, subscribers] { return FanOutOnce(subscribers); },
                 {{"gRPC raw streams", [this, subscribers] { return RawStream(subscribers); }},
                  {"as appended, nobody listening", appended}});
}

}  // namespace chipline::bench
