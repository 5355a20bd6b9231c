#ifndef CHIPLINE_SERVICES_TIMELINE_WORK_H_
#define CHIPLINE_SERVICES_TIMELINE_WORK_H_

#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

#include "absl/status/status.h"

namespace chipline::timeline {

// What one answer may cost before it gives way to others, and whether anybody still waits for it.
// Counted in rows that are looked at; one of many KiB counts as several. Not thread-safe.
class Work {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

  explicit Work(size_t max_rows = kNoLimit, std::function<bool()> cancelled = nullptr)
      : left_(max_rows), cancelled_(std::move(cancelled)) {}

  // Before a row of so many bytes is taken. RESOURCE_EXHAUSTED once there was too much, CANCELLED
  // once nobody waits any more.
  absl::Status Count(size_t bytes = 0);

  // Whether there was too much: the answer is to be made where it may take longer.
  bool exhausted() const { return left_ == 0; }

 private:
  size_t left_;
  // To the next look.
  size_t until_look_ = 0;
  const std::function<bool()> cancelled_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_WORK_H_
