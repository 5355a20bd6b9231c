#ifndef CHIPLINE_STORAGE_JETSTREAM_HOLE_GATE_H_
#define CHIPLINE_STORAGE_JETSTREAM_HOLE_GATE_H_

#include <chrono>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "storage/jetstream/hole_rule.h"
#include "storage/mutex.h"

namespace chipline::jetstream {

// Where the thread that reads the stream waits at a hole until the thread that watches the cluster
// lets it pass. The first knows the stream, the second the nodes. Thread-safe.
class HoleGate {
 public:
  enum class Answer {
    // The hole may be passed.
    kPass,
    kWoken,
    // `wait` has passed.
    kWaited,
  };

  // For the thread that reads the stream. Sets the holes that the log passed before.
  void Load(std::vector<Hole> passed);
  // It has reached this hole. Waits at most for `wait`.
  Answer Stand(const Hole& hole, absl::Duration wait);
  // It passes the hole.
  void Pass(const Hole& hole);
  // Messages arrive: there is no hole.
  void Leave();
  // Lets the current Stand, or else the next one, return.
  void Wake();

  // For the thread that watches the cluster. The hole at which the other thread waits, and since
  // when.
  struct Standing {
    Hole hole;
    std::chrono::steady_clock::time_point since;
  };
  std::optional<Standing> standing() const;
  // The judgement about the hole: OK lets it pass, otherwise why it must wait.
  void Judge(const Hole& hole, const absl::Status& judged);
  // All passed holes, in order.
  std::vector<Hole> passed() const;

  // Why it waits; OK if it does not.
  absl::Status stalled() const;

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Standing> standing_ ABSL_GUARDED_BY(mutex_);
  // The judgement about that hole.
  absl::Status judged_ ABSL_GUARDED_BY(mutex_);
  std::vector<Hole> passed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_HOLE_GATE_H_
