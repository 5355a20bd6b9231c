#ifndef CHIPLINE_STORAGE_CLOCK_H_
#define CHIPLINE_STORAGE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace chipline {

// The source of the time of day. Tests bring their own. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_CLOCK_H_
