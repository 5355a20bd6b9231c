#ifndef CHIPLINE_SERVICES_SECURITY_REFUSALS_H_
#define CHIPLINE_SERVICES_SECURITY_REFUSALS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/security/notice.h"
#include "storage/clock.h"
#include "storage/mutex.h"

namespace chipline::security {

// A call that was refused, as the operator hears of it.
struct Refusal {
  // May be whatever a client sent; is cut to a name's length.
  std::string_view method;
  // Empty: nobody known.
  std::string_view principal;
  // The client's address; empty where it is not known yet.
  std::string_view peer;
  absl::Status status;
};

// Tells the operator of every refusal, but of no more than kLines in kWindow, so that whoever
// knocks all day fills no disk; of those left out it tells how many. Thread-safe.
class Refusals {
 public:
  static constexpr int kLines = 20;
  static constexpr absl::Duration kWindow = absl::Seconds(10);

  // `clock` must outlive it.
  Refusals(const Clock& clock, NoticeSink sink) : clock_(clock), sink_(std::move(sink)) {}

  void Note(const Refusal& refusal);
  // Tells of those left out if the window is over. To be called now and then.
  void Flush();

 private:
  // How many a window that is over left out; begins a new one then.
  uint64_t TakeLeftOut() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellLeftOut(uint64_t count) const;

  const Clock& clock_;
  const NoticeSink sink_;

  Mutex mutex_;
  absl::Time window_end_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  int lines_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_REFUSALS_H_
