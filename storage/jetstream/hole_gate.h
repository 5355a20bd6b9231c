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

// Where the thread that takes the stream stands when it comes to a hole, until whoever watches the
// cluster lets it through. The one knows the stream and the other the nodes. Thread-safe.
class HoleGate {
 public:
  enum class Answer {
    // It may go past this hole.
    kPass,
    kWoken,
    // `wait` is over.
    kWaited,
  };

  // For the thread that takes the stream. The holes that the log has passed.
  void Load(std::vector<Hole> passed);
  // It came to this hole. Waits for at most `wait`.
  Answer Stand(const Hole& hole, absl::Duration wait);
  // It goes past the hole.
  void Pass(const Hole& hole);
  // Messages come: there is no hole.
  void Leave();
  // Lets the Stand that waits, or else the next one, return.
  void Wake();

  // For who watches the cluster. Where it stands, and since when.
  struct Standing {
    Hole hole;
    std::chrono::steady_clock::time_point since;
  };
  std::optional<Standing> standing() const;
  // What came of looking at it: OK lets it through, else why it has to wait.
  void Judge(const Hole& hole, const absl::Status& judged);
  // All that were passed, in order.
  std::vector<Hole> passed() const;

  // Why it stands; OK if it does not.
  absl::Status stalled() const;

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Standing> standing_ ABSL_GUARDED_BY(mutex_);
  // Of that hole.
  absl::Status judged_ ABSL_GUARDED_BY(mutex_);
  std::vector<Hole> passed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_HOLE_GATE_H_
