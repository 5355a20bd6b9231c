#include "services/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/time/clock.h"

#include "services/words/number_words.h"

namespace chipline::cli {
namespace {

constexpr absl::Duration kTerminalInterval = absl::Milliseconds(100);
constexpr absl::Duration kLogInterval = absl::Seconds(5);
constexpr size_t kBarWidth = 30;

size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string ShortDuration(absl::Duration duration) {
  const int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace

std::string ProgressLine(const ProgressState& state, size_t width) {
  std::string line;
  const double fraction = std::min(state.fraction, 1.0);
  if (fraction >= 0) {
    const auto filled = static_cast<size_t>(fraction * static_cast<double>(kBarWidth));
    line = fmt::format("[{}{}] {:3.0f} %  ", std::string(filled, '#'),
                       std::string(kBarWidth - filled, '-'), fraction * 100);
  }
  const double seconds = absl::ToDoubleSeconds(state.elapsed);
  if (state.unit != ProgressUnit::kNothing) {
    const bool bytes = state.unit == ProgressUnit::kBytes;
    line += bytes ? ByteWords(state.events)
                  : fmt::format("{} events", CountWords(static_cast<int64_t>(state.events)));
    if (seconds > 0) {
      const double rate = static_cast<double>(state.events) / seconds;
      line += fmt::format("  {}/s", bytes ? ByteWords(static_cast<uint64_t>(rate))
                                          : CountWords(static_cast<int64_t>(rate)));
    }
  }
  if (fraction > 0 && fraction < 1 && seconds > 0) {
    line += fmt::format("  {} left", ShortDuration(state.elapsed * ((1 - fraction) / fraction)));
  }
  if (line.size() > width) line.resize(width);
  return line;
}

Progress::Progress(bool shown, bool terminal, ProgressUnit unit)
    : shown_(shown), terminal_(terminal), unit_(unit), start_(absl::Now()), last_(start_) {}

Progress::~Progress() {
  if (drawn_) std::fputc('\n', stderr);
}

absl::Duration Progress::elapsed() const { return absl::Now() - start_; }

void Progress::Update(double fraction, uint64_t events) {
  if (!shown_) return;
  const absl::Time now = absl::Now();
  if (now - last_ < (terminal_ ? kTerminalInterval : kLogInterval)) return;
  last_ = now;
  const ProgressState state{fraction, events, now - start_, unit_};
  if (!terminal_) {
    fmt::print(stderr, "{}\n", ProgressLine(state, 200));
    return;
  }
  // To the line's start, and what is left of the old text erased.
  fmt::print(stderr, "\r{}\x1b[K", ProgressLine(state, TerminalWidth() - 1));
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::Clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace chipline::cli
