#include "storage/high_water.h"

#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::storage {

absl::StatusOr<std::optional<Position>> HighWater::Read(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(const auto content, ReadFile(path));
  if (!content.has_value()) return std::nullopt;
  Position position = 0;
  const char* end = content->data() + content->size();
  const auto [rest, error] = std::from_chars(content->data(), end, position);
  if (error != std::errc() || std::string_view(rest, end) != "\n") {
    return Error(absl::StatusCode::kDataLoss, "HIGHWATER_DAMAGED",
                 path.string() +
                     " is not a position; restore it from a backup, or see chipline "
                     "repair");
  }
  return position;
}

absl::Status HighWater::Write(const std::filesystem::path& path, Position position) {
  return ReplaceFile(path, std::to_string(position) + "\n");
}

absl::Status HighWater::Check(Position head, std::optional<Position> high_water) {
  const std::string at = std::to_string(head);
  if (!high_water.has_value()) {
    return Error(absl::StatusCode::kDataLoss, "HIGHWATER_MISSING",
                 "the file HIGHWATER is missing, so nothing tells whether the log, which ends at "
                 "position " +
                     at + ", is whole; restore it, or see chipline repair",
                 {{"head_position", at}});
  }
  if (head >= *high_water) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "EVENTS_MISSING",
               "the log ends at position " + at + ", but events up to " +
                   std::to_string(*high_water) +
                   " were acknowledged; restore the missing files or a backup, or see chipline "
                   "repair",
               {{"head_position", at}, {"high_water", std::to_string(*high_water)}});
}

HighWater::HighWater(std::filesystem::path path, Position position)
    : path_(std::move(path)), written_(position), position_(position), thread_([this] { Run(); }) {}

HighWater::~HighWater() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void HighWater::Run() {
  for (bool last = false; !last;) {
    {
      MutexLock lock(mutex_);
      const auto due = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kInterval);
      while (!closed_ && wake_.WaitUntil(mutex_, due)) {
      }
      last = closed_;
    }
    const Position position = position_.load(std::memory_order_relaxed);
    // A failed write is tried again in the next round. Until then the position in the file is
    // older.
    if (position != written_ && Write(path_, position).ok()) written_ = position;
  }
}

}  // namespace chipline::storage
