#ifndef CHIPLINE_SERVICES_TIMELINE_WORK_H_
#define CHIPLINE_SERVICES_TIMELINE_WORK_H_

#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

#include "absl/status/status.h"

namespace chipline::timeline {

// A limit on the work for one answer, and a check whether anybody still waits for it. Counts the
// rows that are examined; a row of many KiB counts as several. Not thread-safe.
class Work {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

  explicit Work(size_t max_rows = kNoLimit, std::function<bool()> cancelled = nullptr)
      : left_(max_rows), cancelled_(std::move(cancelled)) {}

  // Call it before each row, with its size. RESOURCE_EXHAUSTED once the limit is reached, CANCELLED
  // once nobody waits any more.
  absl::Status Count(size_t bytes = 0);

  // Whether the limit was reached. The answer must then be made where it may take longer.
  bool exhausted() const { return left_ == 0; }

 private:
  size_t left_;
  // Rows until the next check.
  size_t until_look_ = 0;
  const std::function<bool()> cancelled_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_WORK_H_
