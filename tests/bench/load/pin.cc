#include "tests/bench/load/pin.h"

#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

namespace chipline::bench {

absl::Status PinTo(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<size_t>(core), &cores);
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    const std::string name = thread.path().filename();
    pid_t id = 0;
    std::from_chars(name.data(), name.data() + name.size(), id);
    // A thread may have ended meanwhile.
    if (sched_setaffinity(id, sizeof(cores), &cores) != 0 && errno != ESRCH) {
      return absl::FailedPreconditionError(
          fmt::format("cannot run on core {}: {}", core, std::strerror(errno)));
    }
  }
  if (error) return absl::FailedPreconditionError("/proc/self/task: " + error.message());
  return absl::OkStatus();
}

}  // namespace chipline::bench
