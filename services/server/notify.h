#ifndef CHIPLINE_SERVICES_SERVER_NOTIFY_H_
#define CHIPLINE_SERVICES_SERVER_NOTIFY_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace chipline::server {

// The supervisor that started this program, if it wants to be told how the program does: the
// protocol of sd_notify(3), which is datagrams of lines to the socket that NOTIFY_SOCKET names. Our
// own, since libsystemd would bring six libraries for these few lines into every installation.
// Thread-safe.
class Notify {
 public:
  // What the environment says. Without NOTIFY_SOCKET every call does nothing.
  static Notify FromEnvironment();
  // For tests. A path, or '@' and an abstract name.
  Notify(std::string socket, absl::Duration watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  // Within what time the supervisor wants to hear that the program is well; zero if it does not.
  absl::Duration watchdog() const { return watchdog_; }

  // Appends are taken.
  void Ready(std::string_view words) const;
  // The start goes on, and may take `longer` from now on.
  void Starting(absl::Duration longer) const;
  // The program is well.
  void Well() const;
  // It ends, within `longer`.
  void Stopping(absl::Duration longer) const;

 private:
  void Send(const std::string& state) const;

  std::string socket_;
  absl::Duration watchdog_;
};

// Asks the supervisor for more time while a start does something: one that reads or computes is not
// stuck, however long it takes, and one that is at rest is. For one thread.
class StartTime {
 public:
  static constexpr absl::Duration kAskEvery = absl::Seconds(5);
  // A start that is at rest for so long has failed.
  static constexpr absl::Duration kLonger = absl::Seconds(20);

  // `notify` must outlive it. `ask_every` is for tests.
  explicit StartTime(const Notify& notify, absl::Duration ask_every = kAskEvery)
      : notify_(notify), ask_every_(ask_every) {}

  // To be called often. Asks if it is time to, and the process took a hundredth of a processor, or
  // moved a block to or from a disk, since the last time.
  void Look();

 private:
  bool Moved(absl::Duration since);

  const Notify& notify_;
  const absl::Duration ask_every_;
  std::optional<std::chrono::steady_clock::time_point> looked_;
  absl::Duration processor_;
  long blocks_ = 0;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_NOTIFY_H_
