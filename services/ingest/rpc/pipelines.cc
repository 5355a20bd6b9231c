#include "services/ingest/rpc/pipelines.h"

#include <utility>
#include <vector>

#include "fmt/format.h"
#include "services/rpc/subscribers.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::ingest {

absl::StatusOr<uint64_t> Pipelines::Add(std::function<void()> stop) {
  MutexLock lock(mutex_);
  if (draining_) return DrainingError();
  if (stops_.size() >= limits::kMaxStreams) {
    return Error(
        absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
        fmt::format("{} pipelines are open, which is the most this server serves at a time",
                    stops_.size()),
        {{"max_streams", std::to_string(limits::kMaxStreams)}});
  }
  const uint64_t number = ++last_number_;
  stops_.emplace(number, std::move(stop));
  return number;
}

void Pipelines::Remove(uint64_t number) {
  std::function<void()> stop;  // Destroyed after the lock is given back.
  MutexLock lock(mutex_);
  const auto found = stops_.find(number);
  if (found == stops_.end()) return;
  stop = std::move(found->second);
  stops_.erase(found);
}

void Pipelines::Drain() {
  std::vector<std::function<void()>> stops;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    for (const auto& [number, stop] : stops_) stops.push_back(stop);
  }
  for (const auto& stop : stops) stop();
}

bool Pipelines::empty() const {
  const MutexLock lock(mutex_);
  return stops_.empty();
}

}  // namespace chipline::ingest
