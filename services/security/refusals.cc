#include "services/security/refusals.h"

#include "storage/error.h"

namespace chipline::security {
namespace {

std::string Name(std::string_view text) {
  constexpr size_t kMaxBytes = 256;
  return text.empty() ? "-" : std::string(text.substr(0, kMaxBytes));
}

}  // namespace

void Refusals::Note(const Refusal& refusal) {
  uint64_t left_out = 0;
  bool tell = false;
  {
    const MutexLock lock(mutex_);
    left_out = TakeLeftOut();
    tell = lines_ < kLines;
    if (tell) {
      ++lines_;
    } else {
      ++left_out_;
    }
  }
  TellLeftOut(left_out);
  if (!tell) return;
  const absl::string_view words = refusal.status.message();
  sink_({true,
         "refused",
         {{"method", Name(refusal.method)},
          {"principal", Name(refusal.principal)},
          {"peer", Name(refusal.peer)},
          {"reason", Name(ReasonOf(refusal.status))},
          {"message", std::string(words.data(), words.size())}}});
}

void Refusals::Flush() {
  uint64_t left_out = 0;
  {
    const MutexLock lock(mutex_);
    left_out = TakeLeftOut();
  }
  TellLeftOut(left_out);
}

uint64_t Refusals::TakeLeftOut() {
  const absl::Time now = clock_.Now();
  // A clock that was set back ends the window too, or it might last for years.
  if (now < window_end_ && now >= window_end_ - kWindow) return 0;
  window_end_ = now + kWindow;
  lines_ = 0;
  return std::exchange(left_out_, 0);
}

void Refusals::TellLeftOut(uint64_t count) const {
  if (count == 0) return;
  sink_({true, "more calls were refused than are told of", {{"left_out", std::to_string(count)}}});
}

}  // namespace chipline::security
