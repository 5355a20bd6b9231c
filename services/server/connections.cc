#include "services/server/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/struct.pb.h"
#include "grpc/grpc.h"
#include "grpc/support/alloc.h"

#include "fmt/format.h"
#include "services/server/descriptor.h"
#include "storage/protobuf_json.h"

namespace chipline::server {
namespace {

using google::protobuf::Struct;

struct FreeText {
  void operator()(char* text) const { gpr_free(text); }
};

// What channelz answered; empty if it knows nothing of it.
Struct ReadAnswer(char* json) {
  const std::unique_ptr<char, FreeText> owned(json);
  Struct answer;
  if (json != nullptr && !ReadProtobufJson(json, answer).ok()) answer.Clear();
  return answer;
}

const google::protobuf::Value& Field(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? google::protobuf::Value::default_instance()
                                        : found->second;
}

// Protobuf's JSON has 64-bit numbers as text. 0 if there is none.
int64_t Number(const Struct& object, const char* name) {
  const std::string& text = Field(object, name).string_value();
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Calls `visit` for each item of a list that channelz gives out in pages; `next` is asked for the
// page that begins with an id.
void ForEach(const std::function<Struct(intptr_t)>& next, const char* list, const char* ref,
             const char* id, const std::function<void(int64_t, const Struct&)>& visit) {
  for (intptr_t start = 0;;) {
    const Struct page = next(start);
    const auto& items = Field(page, list).list_value().values();
    for (const google::protobuf::Value& item : items) {
      const Struct& whole = item.struct_value();
      const Struct& named = *ref == '\0' ? whole : Field(whole, ref).struct_value();
      const int64_t number = Number(named, id);
      visit(number, named);
      start = static_cast<intptr_t>(number + 1);
    }
    if (items.empty() || Field(page, "end").bool_value()) return;
  }
}

int PortOf(const sockaddr_storage& address) {
  // Both families have the port in the same place.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// The far end, if the socket is one of a connection to `port`.
std::optional<std::string> PeerOf(int descriptor, int port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (getsockname(descriptor, raw, &size) != 0 || PortOf(address) != port) return std::nullopt;
  size = sizeof address;
  if (getpeername(descriptor, raw, &size) != 0) return std::nullopt;
  std::string peer = PeerText(address);
  if (peer.empty()) return std::nullopt;
  return peer;
}

// Calls `visit` for each connection to `port`.
void ForEachSocket(int port, const std::function<void(int, std::string)>& visit) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename().string();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (std::optional<std::string> peer = PeerOf(descriptor, port)) {
      visit(descriptor, *std::move(peer));
    }
  }
}

// All zero if the socket is gone.
tcp_info ReadTcpInfo(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return info;
}

ConnectionUse ReadUse(int64_t id) {
  const Struct answer = ReadAnswer(grpc_channelz_get_socket(static_cast<intptr_t>(id)));
  const Struct& data = Field(Field(answer, "socket").struct_value(), "data").struct_value();
  ConnectionUse use;
  use.id = id;
  use.begun = static_cast<uint64_t>(Number(data, "streamsStarted"));
  const auto gone =
      static_cast<uint64_t>(Number(data, "streamsSucceeded") + Number(data, "streamsFailed"));
  use.open = use.begun - std::min(use.begun, gone);
  use.messages = static_cast<uint64_t>(Number(data, "messagesReceived"));
  return use;
}

}  // namespace

std::string PeerText(const sockaddr_storage& address) {
  char host[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return fmt::format("ipv4:{}:{}", host, ntohs(v4.sin_port));
  }
  if (address.ss_family != AF_INET6) return "";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], host, sizeof host);
    return fmt::format("ipv4:{}:{}", host, ntohs(v6.sin6_port));
  }
  inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
  return fmt::format("ipv6:%5B{}%5D:{}", host, ntohs(v6.sin6_port));
}

std::string_view HostOf(std::string_view peer) { return peer.substr(0, peer.rfind(':')); }

std::vector<ConnectionUse> ReadConnections(int port) {
  absl::flat_hash_map<std::string, tcp_info> sockets;
  ForEachSocket(port, [&](int descriptor, std::string peer) {
    sockets.emplace(std::move(peer), ReadTcpInfo(descriptor));
  });
  std::vector<ConnectionUse> connections;
  const auto read_socket = [&](int64_t id, const Struct& named) {
    // For example "chttp2 ipv4:127.0.0.1:12345".
    const std::string& name = Field(named, "name").string_value();
    const auto found = sockets.find(name.substr(name.rfind(' ') + 1));
    if (found == sockets.end()) return;
    ConnectionUse use = ReadUse(id);
    use.peer = found->first;
    use.bytes = found->second.tcpi_bytes_received;
    use.sent = found->second.tcpi_bytes_acked;
    connections.push_back(std::move(use));
  };
  const auto read_server = [&](int64_t server, const Struct&) {
    const auto page = [server](intptr_t start) {
      return ReadAnswer(grpc_channelz_get_server_sockets(static_cast<intptr_t>(server), start, 0));
    };
    ForEach(page, "socketRef", "", "socketId", read_socket);
  };
  const auto servers = [](intptr_t start) { return ReadAnswer(grpc_channelz_get_servers(start)); };
  ForEach(servers, "server", "ref", "serverId", read_server);
  return connections;
}

void ShutDownConnections(int port, const std::vector<std::string>& peers) {
  ForEachSocket(port, [&](int descriptor, const std::string& peer) {
    if (std::find(peers.begin(), peers.end(), peer) == peers.end()) return;
    // gRPC may close the descriptor at any moment, and another connection get its number. A
    // duplicate stays what it is, so it is looked at again.
    const Descriptor duplicate(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
    if (PeerOf(duplicate.get(), port) == peer) shutdown(duplicate.get(), SHUT_RDWR);
  });
}

}  // namespace chipline::server
