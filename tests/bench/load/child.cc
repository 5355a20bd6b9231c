#include "tests/bench/load/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"

namespace chipline::bench {
namespace {

// How often it is asked whether the port is there: what a start is measured to.
constexpr absl::Duration kPoll = absl::Milliseconds(1);

// 0 on success, else an errno. The child starts with no signal blocked, whatever this program has.
int Spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& log_file, pid_t& pid) {
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log_file.c_str(),
                                   O_CREAT | O_WRONLY | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int error =
      posix_spawn(&pid, program.c_str(), &files, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

std::filesystem::path ChiplineBesideThisProgram() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path().parent_path() / "chipline";
}

absl::StatusOr<Child> Child::Start(const std::filesystem::path& program,
                                   const std::vector<std::string>& arguments,
                                   const std::filesystem::path& port_file,
                                   const std::filesystem::path& log_file, absl::Duration patience) {
  pid_t pid = 0;
  if (const int error = Spawn(program, arguments, log_file, pid); error != 0) {
    return absl::UnavailableError(fmt::format("cannot start {} {}: {}", program.string(),
                                              arguments.front(), std::strerror(error)));
  }
  Child child(pid);
  const absl::Time deadline = absl::Now() + patience;
  while (absl::Now() < deadline) {
    int port = 0;
    if (std::ifstream(port_file) >> port) {
      child.address_ = fmt::format("127.0.0.1:{}", port);
      return child;
    }
    if (waitpid(pid, nullptr, WNOHANG) == pid) {
      child.pid_ = 0;
      return absl::UnavailableError(fmt::format("{} {} ended; its output is in {}",
                                                program.string(), arguments.front(),
                                                log_file.string()));
    }
    absl::SleepFor(kPoll);
  }
  return absl::UnavailableError(
      fmt::format("{} {} took too long to start", program.string(), arguments.front()));
}

Child::~Child() {
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

void Child::Kill() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), address_(std::move(other.address_)) {}

}  // namespace chipline::bench
