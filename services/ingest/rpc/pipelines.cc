#include "services/ingest/rpc/pipelines.h"

#include <utility>
#include <vector>

#include "fmt/format.h"
#include "services/rpc/subscribers.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::ingest {

absl::StatusOr<uint64_t> Pipelines::Add(Ways ways) {
  MutexLock lock(mutex_);
  if (draining_) return DrainingError();
  if (open_.size() >= limits::kMaxStreams) {
    return Error(
        absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
        fmt::format("{} pipelines are open, which is the most this server serves at a time",
                    open_.size()),
        {{"max_streams", std::to_string(limits::kMaxStreams)}});
  }
  const uint64_t number = ++last_number_;
  open_.emplace(number, std::move(ways));
  return number;
}

void Pipelines::Remove(uint64_t number) {
  Ways ways;  // Destroyed after the lock is given back.
  MutexLock lock(mutex_);
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  ways = std::move(found->second);
  open_.erase(found);
}

void Pipelines::Drain() {
  std::vector<std::function<void()>> stops;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    for (const auto& [number, ways] : open_) stops.push_back(ways.stop);
  }
  for (const auto& stop : stops) stop();
}

void Pipelines::CutIdle() {
  std::vector<std::function<void()>> cuts;
  {
    MutexLock lock(mutex_);
    for (const auto& [number, ways] : open_) cuts.push_back(ways.cut);
  }
  for (const auto& cut : cuts) cut();
}

bool Pipelines::empty() const {
  const MutexLock lock(mutex_);
  return open_.empty();
}

}  // namespace chipline::ingest
