#ifndef CHIPLINE_STORAGE_LOCAL_SEQUENCER_H_
#define CHIPLINE_STORAGE_LOCAL_SEQUENCER_H_

#include <deque>
#include <optional>

#include "absl/base/thread_annotations.h"

#include "storage/clock.h"
#include "storage/mutex.h"
#include "storage/sequencer.h"

namespace chipline::storage {

// The order in which commands reach this process: a queue of at most limits::kMaxQueuedBytes.
class LocalSequencer final : public Sequencer {
 public:
  // `clock` must outlive it.
  explicit LocalSequencer(const Clock& clock) : clock_(clock) {}

  absl::Status Submit(v1::Command command, Done done, const Traceparent& trace) override;
  absl::StatusOr<std::optional<Round>> Take(size_t max_bytes) override;
  void Close() override;
  bool closed() const override;
  size_t queued_bytes() const override;

 private:
  struct Queued {
    Sequenced sequenced;
    size_t bytes = 0;
  };

  const Clock& clock_;
  mutable Mutex mutex_;
  CondVar arrived_;
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_LOCAL_SEQUENCER_H_
