#ifndef CHIPLINE_SERVICES_CLI_BENCH_CHILD_H_
#define CHIPLINE_SERVICES_CLI_BENCH_CHILD_H_

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::cli::bench {

// A program, this one if no other is named, run with other arguments as a server on a free port of
// the loopback. Stopped (SIGTERM, then awaited) when it goes out of scope.
class Child {
 public:
  // Waits until `port_file`, which the arguments name, holds a port. UNAVAILABLE if the program
  // ends before that or takes longer than `patience`. Its output goes to `log_file`.
  static absl::StatusOr<Child> Start(const std::vector<std::string>& arguments,
                                     const std::filesystem::path& port_file,
                                     const std::filesystem::path& log_file, absl::Duration patience,
                                     const std::filesystem::path& program = "/proc/self/exe");
  ~Child();
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;

  // HOST:PORT.
  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }

  // Ends it as a crash would (SIGKILL, then awaited); only the destructor may follow.
  void Kill();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  // 0: moved from, or killed.
  pid_t pid_;
  std::string address_;
};

}  // namespace chipline::cli::bench

#endif  // CHIPLINE_SERVICES_CLI_BENCH_CHILD_H_
