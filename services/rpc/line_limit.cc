#include "services/rpc/line_limit.h"

#include <utility>

namespace chipline {

LineLimit::Turn LineLimit::Take() {
  const MutexLock lock(mutex_);
  Turn turn;
  turn.left_out = EndWindow();
  turn.write = written_ < lines_;
  if (turn.write) {
    ++written_;
  } else {
    ++left_out_;
  }
  return turn;
}

uint64_t LineLimit::TakeLeftOut() {
  const MutexLock lock(mutex_);
  return EndWindow();
}

uint64_t LineLimit::EndWindow() {
  const absl::Time now = clock_.Now();
  // A clock that was set back ends the window too, or it might last for years.
  if (now < window_end_ && now >= window_end_ - window_) return 0;
  window_end_ = now + window_;
  written_ = 0;
  return std::exchange(left_out_, 0);
}

}  // namespace chipline
