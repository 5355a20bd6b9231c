#include "services/rpc/subscribers.h"

#include <utility>

#include "absl/time/clock.h"

#include "storage/error.h"

namespace chipline {
namespace {

// Past this, messages are no larger than live ones; past the second, none is larger.
constexpr size_t kManyBytes = 256 * limits::kMaxBatchBytes;
constexpr size_t kMostBytes = 2 * kManyBytes;

}  // namespace

absl::StatusOr<std::shared_ptr<Subscriber>> Subscribers::Add(SubscriberName name,
                                                             std::function<void()> stop) {
  std::shared_ptr<Subscriber> subscriber;
  const auto number = open_.Add([&](uint64_t id) {
    subscriber.reset(new Subscriber{id, std::move(name), absl::Now()});
    return Entry{subscriber, std::move(stop)};
  });
  if (!number.ok()) return number.status();
  return subscriber;
}

std::vector<std::shared_ptr<const Subscriber>> Subscribers::List(uint64_t after,
                                                                 size_t limit) const {
  return open_.List(
      [](const Entry& entry) { return std::shared_ptr<const Subscriber>(entry.subscriber); }, after,
      limit);
}

size_t Subscribers::MessageAllowance() const {
  return bytes_.load(std::memory_order_relaxed) < kManyBytes ? limits::kMaxBatchBytes
                                                             : limits::kLiveBatchBytes;
}

absl::Status Subscribers::CheckRoom(size_t bytes) const {
  if (bytes <= 2 * limits::kLiveBatchBytes) return absl::OkStatus();
  if (bytes_.load(std::memory_order_relaxed) + bytes <= kMostBytes) return absl::OkStatus();
  return RetryError("SLOW_READERS",
                    "too much is held in memory for clients that do not read; go on after the last "
                    "token",
                    absl::Seconds(1));
}

void Subscribers::MessageStarted(Subscriber& subscriber, size_t bytes) {
  subscriber.in_flight_bytes.store(bytes, std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

void Subscribers::MessageDone(Subscriber& subscriber) {
  bytes_.fetch_sub(subscriber.in_flight_bytes.exchange(0, std::memory_order_relaxed),
                   std::memory_order_relaxed);
}

void Subscribers::Held(Subscriber& subscriber, size_t bytes) {
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  bytes_.fetch_sub(subscriber.held_bytes.exchange(bytes, std::memory_order_relaxed),
                   std::memory_order_relaxed);
}

}  // namespace chipline
