#include "services/timeline/work.h"

#include <algorithm>

namespace chipline::timeline {

absl::Status Work::Count(size_t bytes) {
  constexpr size_t kBytesARow = 1024;
  // Checking costs more than most rows.
  constexpr size_t kRowsALook = 64;
  const size_t rows = 1 + bytes / kBytesARow;
  if (left_ != kNoLimit) left_ -= std::min(left_, rows);
  if (left_ == 0) return absl::ResourceExhaustedError("the answer takes long");
  if (until_look_ > rows) {
    until_look_ -= rows;
    return absl::OkStatus();
  }
  until_look_ = kRowsALook;
  if (cancelled_ != nullptr && cancelled_()) return absl::CancelledError("nobody waits any more");
  return absl::OkStatus();
}

}  // namespace chipline::timeline
