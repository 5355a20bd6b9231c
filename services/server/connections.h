#ifndef CHIPLINE_SERVICES_SERVER_CONNECTIONS_H_
#define CHIPLINE_SERVICES_SERVER_CONNECTIONS_H_

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chipline::server {

// What one connection has open, by gRPC's own count (channelz) and the kernel's.
struct ConnectionUse {
  // gRPC's number for it, never given twice.
  int64_t id = 0;
  // As in grpc::ServerContext::peer().
  std::string peer;
  // Calls that were begun, and those of them that are not gone yet. A call that the client resets
  // is gone once the server has cleaned up after it.
  uint64_t begun = 0;
  uint64_t open = 0;
  // Messages that have come whole.
  uint64_t messages = 0;
  // Bytes that have come, and that the other side has taken.
  uint64_t bytes = 0;
  uint64_t sent = 0;
};

// The far end as in grpc::ServerContext::peer(): ipv4:HOST:PORT or ipv6:%5BHOST%5D:PORT. Empty for
// other families.
std::string PeerText(const sockaddr_storage& address);
// `peer` without its port.
std::string_view HostOf(std::string_view peer);

// Those of the connections to `port` of this program that gRPC serves. Takes some 20 microseconds
// for each.
std::vector<ConnectionUse> ReadConnections(int port);

// Shuts those of the connections to `port` down that come from `peers`: gRPC then ends their calls
// and closes them.
void ShutDownConnections(int port, const std::vector<std::string>& peers);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_CONNECTIONS_H_
