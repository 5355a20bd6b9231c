#include "services/rpc/subscribers.h"

#include <utility>

#include "absl/time/clock.h"

#include "fmt/format.h"
#include "storage/error.h"

namespace chipline {
namespace {

// Past this, messages are no larger than live ones; past the second, none is larger.
constexpr size_t kManyBytes = 256 * limits::kMaxBatchBytes;
constexpr size_t kMostBytes = 2 * kManyBytes;

}  // namespace

absl::StatusOr<std::shared_ptr<Subscriber>> Subscribers::Add(SubscriberName name,
                                                             std::function<void()> stop) {
  MutexLock lock(mutex_);
  if (draining_) return DrainingError();
  if (entries_.size() >= max_streams_) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
                 fmt::format("{} streams are open, which is the most this server serves at a time",
                             entries_.size()),
                 {{"max_streams", std::to_string(max_streams_)}});
  }
  const uint64_t id = ++last_id_;
  std::shared_ptr<Subscriber> subscriber(new Subscriber{id, std::move(name), absl::Now()});
  entries_.emplace(id, Entry{subscriber, std::move(stop)});
  return subscriber;
}

void Subscribers::Remove(uint64_t id) {
  Entry entry;  // Destroyed after the lock is given back.
  MutexLock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  entry = std::move(found->second);
  entries_.erase(found);
}

std::vector<std::shared_ptr<const Subscriber>> Subscribers::List(uint64_t after,
                                                                 size_t limit) const {
  std::vector<std::shared_ptr<const Subscriber>> list;
  MutexLock lock(mutex_);
  for (auto entry = entries_.upper_bound(after); entry != entries_.end() && list.size() < limit;
       ++entry) {
    list.push_back(entry->second.subscriber);
  }
  return list;
}

size_t Subscribers::count() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

void Subscribers::Drain() {
  std::vector<std::function<void()>> stops;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    for (const auto& [id, entry] : entries_) stops.push_back(entry.stop);
  }
  for (const auto& stop : stops) stop();
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

absl::Status DrainingError() {
  return RetryError("DRAINING", "the server is shutting down; go on with another, or soon",
                    absl::Seconds(1));
}

}  // namespace chipline
