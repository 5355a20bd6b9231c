#include "storage/high_water.h"

#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<Position> HighWater::Read(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(const auto content, ReadFile(path));
  if (!content.has_value()) return 0;
  Position position = 0;
  const char* end = content->data() + content->size();
  const auto [rest, error] = std::from_chars(content->data(), end, position);
  if (error != std::errc() || std::string_view(rest, end) != "\n") {
    return Error(absl::StatusCode::kDataLoss, "HIGHWATER_DAMAGED",
                 path.string() + " is not a position; restore it from a backup");
  }
  return position;
}

HighWater::HighWater(std::filesystem::path path, Position position)
    : path_(std::move(path)), position_(position), thread_([this] { Run(); }) {}

HighWater::~HighWater() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void HighWater::Run() {
  Position written = position_.load(std::memory_order_relaxed);
  for (bool last = false; !last;) {
    {
      MutexLock lock(mutex_);
      const auto due = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kInterval);
      while (!closed_ && wake_.WaitUntil(mutex_, due)) {
      }
      last = closed_;
    }
    const Position position = position_.load(std::memory_order_relaxed);
    // A write that fails is tried again in the next round; the file then only says less.
    if (position != written && ReplaceFile(path_, std::to_string(position) + "\n").ok()) {
      written = position;
    }
  }
}

}  // namespace chipline::storage
