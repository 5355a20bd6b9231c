#include "storage/jetstream/hole_gate.h"

#include <utility>

namespace chipline::jetstream {

void HoleGate::Load(std::vector<Hole> passed) {
  const MutexLock lock(mutex_);
  passed_ = std::move(passed);
}

HoleGate::Answer HoleGate::Stand(const Hole& hole, absl::Duration wait) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(wait);
  const MutexLock lock(mutex_);
  if (!standing_.has_value() || standing_->hole != hole) {
    standing_ = Standing{hole, std::chrono::steady_clock::now()};
    judged_ = HoleWaits(hole, "the other nodes are asked");
  }
  while (!judged_.ok() && !woken_) {
    if (!changed_.WaitUntil(mutex_, until)) break;
  }
  if (judged_.ok()) return Answer::kPass;
  return std::exchange(woken_, false) ? Answer::kWoken : Answer::kWaited;
}

void HoleGate::Pass(const Hole& hole) {
  const MutexLock lock(mutex_);
  passed_.push_back(hole);
  standing_.reset();
  judged_ = absl::OkStatus();
}

void HoleGate::Leave() {
  const MutexLock lock(mutex_);
  standing_.reset();
  judged_ = absl::OkStatus();
}

void HoleGate::Wake() {
  const MutexLock lock(mutex_);
  woken_ = true;
  changed_.NotifyAll();
}

std::optional<HoleGate::Standing> HoleGate::standing() const {
  const MutexLock lock(mutex_);
  return standing_;
}

void HoleGate::Judge(const Hole& hole, const absl::Status& judged) {
  const MutexLock lock(mutex_);
  if (!standing_.has_value() || standing_->hole != hole) return;
  judged_ = judged;
  changed_.NotifyAll();
}

std::vector<Hole> HoleGate::passed() const {
  const MutexLock lock(mutex_);
  return passed_;
}

absl::Status HoleGate::stalled() const {
  const MutexLock lock(mutex_);
  return standing_.has_value() ? judged_ : absl::OkStatus();
}

}  // namespace chipline::jetstream
