#ifndef CHIPLINE_SERVICES_INGEST_RPC_APPEND_TRAFFIC_H_
#define CHIPLINE_SERVICES_INGEST_RPC_APPEND_TRAFFIC_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "grpcpp/support/byte_buffer.h"

#include "services/ingest/appender.h"
#include "services/rpc/access.h"
#include "storage/executor.h"

namespace chipline::ingest {

// Where the appends of all calls pass: says on which thread each is read and answered, and bounds
// what waits to be read. Thread-safe. The arguments must outlive it, and it must outlive every
// append.
class AppendTraffic {
 public:
  // `sealing` is for requests that take long to check, `answering` for answers; two, so that an
  // answer does not queue behind a large request.
  AppendTraffic(Appender& appender, Executor& sealing, Executor& answering)
      : appender_(appender), sealing_(sealing), answering_(answering) {}
  AppendTraffic(const AppendTraffic&) = delete;
  AppendTraffic& operator=(const AppendTraffic&) = delete;

  // Where a request is to be parsed and appended.
  struct Place {
    // Null: on gRPC's thread, since it takes no longer than that may be kept.
    Executor* executor = nullptr;
    // To be held until it is done.
    std::shared_ptr<const void> reserved;
  };
  // The place for a request. UNAVAILABLE with RetryInfo, reason OVERLOADED, if
  // limits::kMaxQueuedBytes wait to be read already.
  absl::StatusOr<Place> Admit(const grpc::ByteBuffer& request);

  // As Appender::Append, for the subjects that `access` grants at this moment; null: all.
  void Append(v1::AppendEventsRequest&& request, std::shared_ptr<const Access> access,
              const storage::Traceparent& trace, Appender::Done done);

  // For `done`: runs `answer`, which answers a call. On this thread while only a few appends are
  // under way, since the wake-up of another would cost each of them more than it saves the rest.
  void Answer(std::function<void()> answer);

  // No append waits for its answer.
  bool idle() const { return under_way_.load(std::memory_order_relaxed) == 0; }

 private:
  // To answer a call takes some tens of microseconds, which the next group would wait for.
  static constexpr int kMaxDirectAnswers = 2;
  // To seal an event takes some microseconds, and one is seldom below 200 bytes.
  static constexpr size_t kMaxDirectReadBytes = 4096;

  Appender& appender_;
  Executor& sealing_;
  Executor& answering_;
  // Given to the appender and not yet answered.
  std::atomic<int> under_way_{0};
  // Waiting for sealing_.
  std::atomic<size_t> unread_bytes_{0};
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RPC_APPEND_TRAFFIC_H_
