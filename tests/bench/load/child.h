#ifndef CHIPLINE_TESTS_BENCH_LOAD_CHILD_H_
#define CHIPLINE_TESTS_BENCH_LOAD_CHILD_H_

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::bench {

// The chipline of the same build: in the folder above that of this program.
std::filesystem::path ChiplineBesideThisProgram();

// A program run as a server on a free port of the loopback. Stopped (SIGTERM, then awaited) when it
// goes out of scope.
class Child {
 public:
  // Waits until `port_file`, which the arguments name, holds a port. UNAVAILABLE if the program
  // ends before that or takes longer than `patience`. Its output goes to `log_file`.
  static absl::StatusOr<Child> Start(const std::filesystem::path& program,
                                     const std::vector<std::string>& arguments,
                                     const std::filesystem::path& port_file,
                                     const std::filesystem::path& log_file,
                                     absl::Duration patience);
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

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_CHILD_H_
