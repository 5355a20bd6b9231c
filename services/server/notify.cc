#include "services/server/notify.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"

#include "fmt/format.h"
#include "services/server/log_line.h"
#include "services/words/visible_text.h"

namespace chipline::server {
namespace {

// How long the supervisor wants to wait between two signs of life; zero if it asks for none, or
// asks another process.
absl::Duration WatchdogOfEnvironment() {
  const char* microseconds = std::getenv("WATCHDOG_USEC");
  int64_t count = 0;
  if (microseconds == nullptr || !absl::SimpleAtoi(microseconds, &count) || count <= 0) {
    return absl::ZeroDuration();
  }
  const char* asked = std::getenv("WATCHDOG_PID");
  int64_t process = 0;
  if (asked != nullptr && (!absl::SimpleAtoi(asked, &process) || process != ::getpid())) {
    return absl::ZeroDuration();
  }
  return absl::Microseconds(count);
}

}  // namespace

Notify Notify::FromEnvironment() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  return {socket == nullptr ? "" : socket, WatchdogOfEnvironment()};
}

void Notify::Ready(std::string_view words) const {
  Send(fmt::format("READY=1\nSTATUS={}", VisibleText(words)));
}

void Notify::Starting(absl::Duration longer) const {
  Send(fmt::format("STATUS=opening the log\nEXTEND_TIMEOUT_USEC={}",
                   absl::ToInt64Microseconds(longer)));
}

void Notify::Well() const { Send("WATCHDOG=1"); }

void Notify::Stopping(absl::Duration longer) const {
  Send(fmt::format("STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC={}",
                   absl::ToInt64Microseconds(longer)));
}

void Notify::Send(const std::string& state) const {
  if (socket_.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const char* failed = nullptr;
  if (socket_.size() >= sizeof address.sun_path || (socket_[0] != '/' && socket_[0] != '@')) {
    failed = "it is no name of a socket";
  } else {
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    // The kernel writes an abstract name with a zero in front.
    if (socket_[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    // A supervisor that takes nothing must not hold up the server.
    if (descriptor < 0 ||
        ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&address), length) < 0) {
      failed = std::strerror(errno);
    }
    if (descriptor >= 0) ::close(descriptor);
  }
  if (failed == nullptr) return;
  LogLine(LogLevel::kWarning, "the supervisor cannot be told how the server does",
          {{"NOTIFY_SOCKET", socket_}, {"cause", failed}});
}

void StartTime::Look() {
  const auto now = std::chrono::steady_clock::now();
  const absl::Duration since =
      looked_.has_value() ? absl::FromChrono(now - *looked_) : absl::InfiniteDuration();
  if (since < ask_every_) return;
  // What the program took to get here is no sign of work.
  const bool moved = Moved(since) && looked_.has_value();
  looked_ = now;
  if (moved) notify_.Starting(kLonger);
}

bool StartTime::Moved(absl::Duration since) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const absl::Duration processor =
      absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
  const long blocks = usage.ru_inblock + usage.ru_oublock;
  const bool moved = processor - processor_ > since / 100 || blocks != blocks_;
  processor_ = processor;
  blocks_ = blocks;
  return moved;
}

}  // namespace chipline::server
