#ifndef CHIPLINE_SERVICES_CLI_PROGRESS_H_
#define CHIPLINE_SERVICES_CLI_PROGRESS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace chipline::cli {

// What is counted beside the fraction.
enum class ProgressUnit { kEvents, kBytes, kNothing };

// How far long work has come.
struct ProgressState {
  // 0 to 1; below 0: not known.
  double fraction = -1;
  // Events done, or whatever the unit is.
  uint64_t events = 0;
  // Since the start.
  absl::Duration elapsed;
  ProgressUnit unit = ProgressUnit::kEvents;
};

// "[#####-----]  50 %  12,000 events  3,400/s  4 s left", at most `width` columns wide.
std::string ProgressLine(const ProgressState& state, size_t width);

// Shows progress on standard error: a line that is drawn over on a terminal, else a line every few
// seconds, so that a log file stays short. Our own: Debian packages no progress-bar library for
// C++. Not thread-safe.
class Progress {
 public:
  // `shown` false: nothing is printed.
  Progress(bool shown, bool terminal, ProgressUnit unit = ProgressUnit::kEvents);
  // Leaves the last line as it is and goes to the next.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Call as often as you like; prints a few times a second at most.
  void Update(double fraction, uint64_t events);
  // Takes the line off the screen, to print something else.
  void Clear();
  absl::Duration elapsed() const;

 private:
  const bool shown_;
  const bool terminal_;
  const ProgressUnit unit_;
  const absl::Time start_;
  absl::Time last_;
  bool drawn_ = false;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_PROGRESS_H_
