#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "services/metrics/parts.h"

namespace chipline::metrics {
namespace {

// Of the kernel: pages in memory. 0 if it does not tell.
double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double OpenDescriptors() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end; !error && file != end;
       file.increment(error)) {
    ++count;
  }
  return count;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

void AddProcess(absl::Time start_time, Families& families) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  families.Counter("process_cpu_seconds_total", "Processor time that was used since the start.",
                   Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  families.Gauge("process_resident_memory_bytes", "Memory that the process has in use.",
                 ResidentBytes());
  families.Gauge("process_open_fds", "Open descriptors.", OpenDescriptors());
  families.Gauge("process_max_fds", "How many descriptors may be open.",
                 static_cast<double>(descriptors.rlim_cur));
  families.Gauge("process_start_time_seconds",
                 "When the process was started, in seconds since 1970.",
                 absl::ToDoubleSeconds(start_time - absl::UnixEpoch()));
}

}  // namespace chipline::metrics
