#include "services/ingest/rpc/append_traffic.h"

#include <utility>

#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::ingest {

absl::StatusOr<AppendTraffic::Place> AppendTraffic::Admit(size_t bytes) {
  if (bytes <= kMaxDirectReadBytes) return Place();
  if (unread_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes > limits::kMaxQueuedBytes) {
    unread_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return RetryError("OVERLOADED", "too much waits to be read; send the same again soon",
                      absl::Milliseconds(100));
  }
  return Place{&sealing_, std::shared_ptr<const void>(this, [this, bytes](const void*) {
                 unread_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
               })};
}

void AppendTraffic::Append(v1::AppendEventsRequest&& request, Appender::Done done) {
  under_way_.fetch_add(1, std::memory_order_relaxed);
  appender_.Append(std::move(request),
                   [this, done = std::move(done)](absl::StatusOr<v1::AppendEventsResponse> answer) {
                     under_way_.fetch_sub(1, std::memory_order_relaxed);
                     done(std::move(answer));
                   });
}

void AppendTraffic::Answer(std::function<void()> answer) {
  if (under_way_.load(std::memory_order_relaxed) < kMaxDirectAnswers) {
    answer();
  } else {
    answering_.Schedule(std::move(answer));
  }
}

}  // namespace chipline::ingest
