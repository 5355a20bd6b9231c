#include "services/ingest/rpc/append_traffic.h"

#include <algorithm>
#include <utility>

#include "services/rpc/gzip.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::ingest {
namespace {

// For how many times its size a compressed request counts while it waits.
constexpr size_t kGzipFactor = 16;

}  // namespace

absl::StatusOr<AppendTraffic::Place> AppendTraffic::Admit(const grpc::ByteBuffer& request) {
  const bool gzip = IsGzip(request);
  // A compressed one may become a thousand times as much, and honest ones become some ten times.
  const size_t bytes =
      gzip ? std::min(limits::kMaxRequestBytes, kGzipFactor * request.Length()) : request.Length();
  if (bytes <= kMaxDirectReadBytes && !gzip) return Place();
  if (unread_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes > limits::kMaxQueuedBytes) {
    unread_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return RetryError("OVERLOADED", "too much waits to be read; send the same again soon",
                      absl::Milliseconds(100));
  }
  return Place{&sealing_, std::shared_ptr<const void>(this, [this, bytes](const void*) {
                 unread_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
               })};
}

void AppendTraffic::Append(v1::AppendEventsRequest&& request, std::shared_ptr<const Access> access,
                           const storage::Traceparent& trace, Appender::Done done) {
  absl::StatusOr<SubjectGrant> grant = SubjectGrant();
  if (access != nullptr) grant = access->Now();
  if (!grant.ok()) return done(grant.status());
  under_way_.fetch_add(1, std::memory_order_relaxed);
  appender_.Append(std::move(request),
                   [this, access = std::move(access),
                    done = std::move(done)](absl::StatusOr<v1::AppendEventsResponse> answer) {
                     under_way_.fetch_sub(1, std::memory_order_relaxed);
                     if (access != nullptr && absl::IsPermissionDenied(answer.status())) {
                       const absl::string_view words = answer.status().message();
                       answer = access->Refuse(std::string_view(words.data(), words.size()));
                     }
                     done(std::move(answer));
                   },
                   {*grant, trace});
}

void AppendTraffic::Answer(std::function<void()> answer) {
  if (under_way_.load(std::memory_order_relaxed) < kMaxDirectAnswers) {
    answer();
  } else {
    answering_.Schedule(std::move(answer));
  }
}

}  // namespace chipline::ingest
