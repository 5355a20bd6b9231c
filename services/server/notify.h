#ifndef CHIPLINE_SERVICES_SERVER_NOTIFY_H_
#define CHIPLINE_SERVICES_SERVER_NOTIFY_H_

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

// Whether this process does anything: a start that reads or computes is not stuck, however long it
// takes.
class Activity {
 public:
  // True if the process took a hundredth of `since` of a processor, or moved a block to or from a
  // disk, since the last call.
  bool Moved(absl::Duration since);

 private:
  absl::Duration processor_;
  long blocks_ = 0;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_NOTIFY_H_
