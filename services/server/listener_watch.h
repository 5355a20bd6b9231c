#ifndef CHIPLINE_SERVICES_SERVER_LISTENER_WATCH_H_
#define CHIPLINE_SERVICES_SERVER_LISTENER_WATCH_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chipline::server {

// The far ends of connections to `port` that the kernel has taken and no program has accepted, by
// its table of sockets (the text of /proc/net/tcp or tcp6).
std::set<std::string> WaitingConnections(std::string_view table, int port);

// Looks whether the server still takes connections. gRPC 1.51 gives a listening socket up for good
// when one accept fails for want of descriptors (grpc/grpc#20418): the program then serves the
// connections that it has, and everybody else waits for ever, though the port is open. That shows
// as one connection that waits from look to look; in a flood, where many wait, the oldest is taken
// first. So does a program that has no descriptor left for some seconds. For one thread.
class ListenerWatch {
 public:
  // Looks in a row at which the same connection waited, until it is said.
  static constexpr int kLooks = 10;

  explicit ListenerWatch(int port) : port_(port) {}

  // OK, or UNAVAILABLE, reason NOT_ACCEPTING: only a new start can mend that. Also OK where the
  // table cannot be read. To be called about once a second.
  absl::Status Look();
  // The same, of these waiting connections.
  absl::Status Look(const std::set<std::string>& waiting);

 private:
  const int port_;
  // Those that waited at every look of the last `looks_`.
  std::set<std::string> still_waiting_;
  int looks_ = 0;
  // Looks in a row at which no descriptor was left.
  int without_ = 0;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LISTENER_WATCH_H_
