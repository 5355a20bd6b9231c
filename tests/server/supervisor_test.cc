#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "gmock/gmock.h"

#include "services/server/notify.h"
#include "services/server/watchdog.h"

namespace chipline::server {
namespace {

using storage::CommitProgress;

// The supervisor's end of the socket.
class Supervisor {
 public:
  // A name in the abstract space, which goes with the socket.
  Supervisor() : name_("@chipline-test-" + std::to_string(::getpid())) {
    descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path, name_.size());
    address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~Supervisor() { ::close(descriptor_); }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  const std::string& name() const { return name_; }

  // What was told next; empty if nothing is within `patience`.
  std::string Next(absl::Duration patience = absl::Seconds(20)) {
    const timeval limit = absl::ToTimeval(patience);
    EXPECT_EQ(::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    std::string text(4096, '\0');
    const ssize_t length = ::recv(descriptor_, text.data(), text.size(), 0);
    text.resize(length < 0 ? 0 : static_cast<size_t>(length));
    return text;
  }

 private:
  std::string name_;
  int descriptor_ = -1;
};

TEST(NotifyTest, TellsWhatAServerGoesThrough) {
  Supervisor supervisor;
  const Notify notify(supervisor.name(), absl::ZeroDuration());
  notify.Starting(absl::Seconds(20));
  EXPECT_EQ(supervisor.Next(), "STATUS=opening the log\nEXTEND_TIMEOUT_USEC=20000000");
  notify.Ready("serving on 127.0.0.1:7417\nSTOPPING=1");
  // What is said in words makes no line of its own.
  EXPECT_EQ(supervisor.Next(), "READY=1\nSTATUS=serving on 127.0.0.1:7417\\nSTOPPING=1");
  notify.Well();
  EXPECT_EQ(supervisor.Next(), "WATCHDOG=1");
  notify.Stopping(absl::Seconds(25));
  EXPECT_EQ(supervisor.Next(), "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=25000000");
}

TEST(NotifyTest, TellsNobodyWhereNobodyAsks) {
  ::unsetenv("NOTIFY_SOCKET");
  ::setenv("WATCHDOG_USEC", "not a number", 1);
  const Notify notify = Notify::FromEnvironment();
  EXPECT_EQ(notify.watchdog(), absl::ZeroDuration());
  notify.Ready("serving");
  ::unsetenv("WATCHDOG_USEC");
}

TEST(NotifyTest, ASocketThatIsNotThereEndsNothing) {
  const Notify notify("@chipline-nobody", absl::ZeroDuration());
  notify.Ready("serving");
  const Notify wrong("no path", absl::ZeroDuration());
  wrong.Ready("serving");
}

TEST(NotifyTest, TheWatchdogOfAnotherProcessIsNotOurs) {
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notify::FromEnvironment().watchdog(), absl::Seconds(3));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notify::FromEnvironment().watchdog(), absl::ZeroDuration());
  ::unsetenv("WATCHDOG_PID");
  EXPECT_EQ(Notify::FromEnvironment().watchdog(), absl::Seconds(3));
  ::unsetenv("WATCHDOG_USEC");
}

TEST(CommitsMoveTest, OnlyABusyLogThatTakesNoStepOffTheDiskStandsStill) {
  CommitsMove moves;
  EXPECT_TRUE(moves.Look({.busy = false, .steps = 0, .on_disk = false}));
  EXPECT_TRUE(moves.Look({.busy = false, .steps = 0, .on_disk = false})) << "it is idle";
  EXPECT_TRUE(moves.Look({.busy = true, .steps = 1, .on_disk = false}));
  EXPECT_TRUE(moves.Look({.busy = true, .steps = 1, .on_disk = true})) << "the disk is slow";
  EXPECT_FALSE(moves.Look({.busy = true, .steps = 1, .on_disk = false}));
  EXPECT_FALSE(moves.Look({.busy = true, .steps = 1, .on_disk = false}));
  EXPECT_TRUE(moves.Look({.busy = true, .steps = 2, .on_disk = false})) << "it goes on";
}

TEST(WatchdogTest, IsSilentWhileCommitsStandStillAndGoesOnAfterwards) {
  constexpr absl::Duration kWatchdog = absl::Milliseconds(200);
  Supervisor supervisor;
  const Notify notify(supervisor.name(), kWatchdog);
  std::atomic<bool> stuck = false;
  const Watchdog watchdog(notify, [&stuck] { return CommitProgress{.busy = stuck, .steps = 7}; });
  EXPECT_EQ(supervisor.Next(), "WATCHDOG=1");
  EXPECT_EQ(supervisor.Next(), "WATCHDOG=1");
  stuck = true;
  // One may be on its way; after it there is none for as long as a supervisor would wait.
  int on_their_way = 0;
  while (!supervisor.Next(2 * kWatchdog).empty()) ASSERT_LT(++on_their_way, 3);
  stuck = false;
  EXPECT_EQ(supervisor.Next(), "WATCHDOG=1");
}

TEST(WatchdogTest, NothingIsAskedOfItWithoutATime) {
  Supervisor supervisor;
  const Notify notify(supervisor.name(), absl::ZeroDuration());
  {
    const Watchdog watchdog(notify, [] { return CommitProgress{}; });
  }
  EXPECT_EQ(supervisor.Next(absl::Milliseconds(50)), "");
}

// Keeps a processor busy for so long.
void Compute(absl::Duration time) {
  const auto end = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(time);
  while (std::chrono::steady_clock::now() < end) {
  }
}

TEST(StartTimeTest, AStartThatComputesGetsMoreTimeAndOneAtRestNone) {
  constexpr absl::Duration kAskEvery = absl::Milliseconds(400);
  Supervisor supervisor;
  const Notify notify(supervisor.name(), absl::ZeroDuration());
  StartTime time(notify, kAskEvery);
  time.Look();
  EXPECT_EQ(supervisor.Next(absl::Milliseconds(10)), "") << "the program has only begun";
  Compute(kAskEvery);
  time.Look();
  EXPECT_EQ(supervisor.Next(), "STATUS=opening the log\nEXTEND_TIMEOUT_USEC=20000000");
  time.Look();
  EXPECT_EQ(supervisor.Next(absl::Milliseconds(10)), "") << "it was asked for a moment ago";
  // At rest. What came before is looked at once more.
  EXPECT_EQ(supervisor.Next(2 * kAskEvery), "");
  time.Look();
  while (!supervisor.Next(absl::Milliseconds(10)).empty()) {
  }
  EXPECT_EQ(supervisor.Next(2 * kAskEvery), "");
  time.Look();
  EXPECT_EQ(supervisor.Next(absl::Milliseconds(10)), "");
}

}  // namespace
}  // namespace chipline::server
