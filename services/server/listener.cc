#include "services/server/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "services/rpc/descriptor_limit.h"
#include "services/server/connections.h"
#include "services/server/grpc_settings.h"
#include "storage/check.h"
#include "storage/error.h"
#include "storage/thread_name.h"

namespace chipline::server {
namespace {

// What a connection that cannot be taken is tried again after.
constexpr int kRetryMs = 100;

// Connections get the descriptors below this one; the rest is for the three stores, of which each
// opens an eighth of what the program may, and at most 512 (storage/rocks.cc).
uint64_t ConnectionLimit() {
  constexpr uint64_t kMostOfStores = 2048;
  const uint64_t limit = DescriptorLimit();
  return limit - std::min(limit / 8 * 3, kMostOfStores);
}

using AddressInfo = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressInfo Resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  (void)getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  return {found, &freeaddrinfo};
}

bool Set(const Descriptor& socket, int level, int option, int value) {
  return setsockopt(socket.get(), level, option, &value, sizeof value) == 0;
}

// The options that connections inherit are those that gRPC's own listener sets. An IPv6 wildcard
// takes IPv4 as well.
Descriptor ListenOn(const std::string& host, int port) {
  const AddressInfo address = Resolve(host, port);
  if (address == nullptr) return Descriptor();
  Descriptor socket(
      ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  const bool v6 = address->ai_family == AF_INET6;
  // Without SO_REUSEPORT: two servers on one port would each get some of the connections.
  const bool listens = socket.ok() && Set(socket, SOL_SOCKET, SO_REUSEADDR, 1) &&
                       (!v6 || Set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0)) &&
                       Set(socket, IPPROTO_TCP, TCP_NODELAY, 1) &&
                       Set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kKeepaliveTimeoutMs) &&
                       bind(socket.get(), address->ai_addr, address->ai_addrlen) == 0 &&
                       listen(socket.get(), SOMAXCONN) == 0;
  return listens ? std::move(socket) : Descriptor();
}

int PortOf(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  CHECK(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Open(const ListenAddress& address,
                                                         const Clock& clock, NoticeSink sink) {
  // 0.0.0.0 means every address of the machine, as it does to gRPC's clients and servers.
  const bool any = address.host == "0.0.0.0";
  Descriptor socket = ListenOn(any ? "::" : address.host, address.port);
  if (any && !socket.ok()) socket = ListenOn(address.host, address.port);
  if (!socket.ok()) {
    return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN",
                 fmt::format("cannot listen on {}: {}", address.WithPort(address.port),
                             std::strerror(errno)));
  }
  Descriptor wake(eventfd(0, EFD_CLOEXEC));
  if (!wake.ok()) {
    return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN",
                 fmt::format("cannot make an eventfd: {}", std::strerror(errno)));
  }
  const int port = PortOf(socket);
  return std::unique_ptr<Listener>(
      new Listener(std::move(socket), std::move(wake), port, clock, std::move(sink)));
}

Listener::Listener(Descriptor socket, Descriptor wake, int port, const Clock& clock,
                   NoticeSink sink)
    : socket_(std::move(socket)),
      wake_(std::move(wake)),
      port_(port),
      sink_(std::move(sink)),
      lines_(clock, 1, absl::Seconds(10)) {}

void Listener::Stop() {
  if (thread_.joinable()) {
    CHECK(eventfd_write(wake_.get(), 1) == 0);
    thread_.join();
  }
  socket_ = Descriptor();
}

void Listener::Start(Take take) {
  take_ = std::move(take);
  thread_ = std::thread([this] { Run(); });
}

void Listener::Run() {
  NameThread("chip-listener");
  bool taken = true;
  while (true) {
    // After a failure the socket stays readable, so it is not polled for a while.
    pollfd polled[] = {{wake_.get(), POLLIN, 0}, {socket_.get(), POLLIN, 0}};
    const int ready = poll(polled, taken ? 2 : 1, taken ? -1 : kRetryMs);
    if (ready < 0) continue;
    if (polled[0].revents != 0) return;
    taken = TakeAll();
  }
}

bool Listener::TakeAll() {
  while (true) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Descriptor connection(accept4(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection.ok()) {
      if (errno == EAGAIN) return true;
      // The others are errors of the one connection.
      if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) continue;
      TellRefused(std::strerror(errno));
      return false;
    }
    // The kernel gives the lowest number that is free, so the number says how many are taken.
    if (static_cast<uint64_t>(connection.get()) >= ConnectionLimit()) {
      TellRefused("connections have all the descriptors that they may have");
      continue;
    }
    take_(std::move(connection), PeerText(address));
  }
}

void Listener::TellRefused(const char* cause) {
  const LineLimit::Turn turn = lines_.Take();
  if (!turn.write) return;
  sink_({true,
         "connections are refused: descriptors run out",
         {{"cause", cause},
          {"limit", std::to_string(DescriptorLimit())},
          {"refused_before", std::to_string(turn.left_out)}}});
}

}  // namespace chipline::server
