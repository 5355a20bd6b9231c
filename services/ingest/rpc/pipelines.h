#ifndef CHIPLINE_SERVICES_INGEST_RPC_PIPELINES_H_
#define CHIPLINE_SERVICES_INGEST_RPC_PIPELINES_H_

#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "storage/mutex.h"

namespace chipline::ingest {

// The pipelines that are open: a bound on how many, and the way to end them all. Thread-safe. Must
// outlive the gRPC server.
class Pipelines {
 public:
  // What draining asks of a pipeline. Neither may block, and each may be called after Remove.
  struct Ways {
    // To end as draining does.
    std::function<void()> stop;
    // To cancel the call if its client took nothing since the last time this, or `stop`, was
    // called.
    std::function<void()> cut;
  };

  // Takes a pipeline in and gives it a number. RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS, if
  // limits::kMaxStreams are open; UNAVAILABLE with RetryInfo, reason DRAINING, once draining began.
  absl::StatusOr<uint64_t> Add(Ways ways);
  void Remove(uint64_t number);

  // Ends every pipeline and refuses new ones, for good.
  void Drain();
  // After Drain, now and then: cuts the pipelines whose clients do not read. A write that a closed
  // window blocks cannot be finished past.
  void CutIdle();

  bool empty() const;

 private:
  mutable Mutex mutex_;
  std::map<uint64_t, Ways> open_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_RPC_PIPELINES_H_
