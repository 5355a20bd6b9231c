#ifndef CHIPLINE_SERVICES_RPC_OPEN_STREAMS_H_
#define CHIPLINE_SERVICES_RPC_OPEN_STREAMS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/mutex.h"

namespace chipline {

// What a stream that the server ends while draining is answered: UNAVAILABLE, reason DRAINING, with
// RetryInfo.
absl::Status DrainingError();

// RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS: `open` of `what` ("streams") are the most.
absl::Status TooManyStreamsError(size_t open, std::string_view what);

// The streams of one kind that are open: a bound on how many, and the way to end them all. `Entry`
// is what is kept of each; its member `stop` is a function that ends the stream as draining does,
// must not block, and may be called once after Remove. Thread-safe. Must outlive the gRPC server.
template <typename Entry>
class OpenStreams {
 public:
  // `what` says in messages what the streams are.
  OpenStreams(size_t max, std::string_view what) : max_(max), what_(what) {}

  // Takes a stream in; `make` is given its number, and makes its entry. Numbers only grow.
  // TooManyStreamsError at the bound; DrainingError once draining has begun.
  template <typename Make>
  absl::StatusOr<uint64_t> Add(const Make& make) {
    const MutexLock lock(mutex_);
    if (draining_) return DrainingError();
    if (entries_.size() >= max_) return TooManyStreamsError(entries_.size(), what_);
    const uint64_t number = ++last_number_;
    entries_.emplace(number, make(number));
    return number;
  }

  void Remove(uint64_t number) {
    Entry entry;  // Destroyed after the lock is given back.
    const MutexLock lock(mutex_);
    const auto found = entries_.find(number);
    if (found == entries_.end()) return;
    entry = std::move(found->second);
    entries_.erase(found);
  }

  // Ends every stream and refuses new ones, for good.
  void Drain() {
    std::vector<std::function<void()>> stops;
    {
      const MutexLock lock(mutex_);
      draining_ = true;
      for (const auto& [number, entry] : entries_) stops.push_back(entry.stop);
    }
    for (const auto& stop : stops) stop();
  }

  size_t count() const {
    const MutexLock lock(mutex_);
    return entries_.size();
  }

  // `read` of each entry, in the order in which they came, after the number `after`, at most
  // `limit`. The lock is held meanwhile.
  template <typename Read>
  auto List(const Read& read, uint64_t after = 0, size_t limit = SIZE_MAX) const {
    std::vector<decltype(read(std::declval<const Entry&>()))> list;
    const MutexLock lock(mutex_);
    for (auto entry = entries_.upper_bound(after); entry != entries_.end() && list.size() < limit;
         ++entry) {
      list.push_back(read(entry->second));
    }
    return list;
  }

 private:
  const size_t max_;
  const std::string what_;

  mutable Mutex mutex_;
  std::map<uint64_t, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_OPEN_STREAMS_H_
