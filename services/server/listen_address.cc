#include "services/server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::server {
namespace {

absl::StatusOr<int> ReadPort(std::string_view text, std::string_view option) {
  constexpr int kMaxPort = 65535;
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > kMaxPort) {
    return BadFieldError(option, fmt::format("has the port \"{}\"; a port is 0 to {}, and 0 picks "
                                             "a free one",
                                             text, kMaxPort));
  }
  return port;
}

// Whether a numeric address is of the loopback; none if it is not numeric.
std::optional<bool> IsLoopback(const std::string& host) {
  constexpr uint32_t kLoopbackNet = 127;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == kLoopbackNet;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return std::memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
  }
  return std::nullopt;
}

}  // namespace

std::string ListenAddress::WithPort(int actual) const {
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host, actual) : fmt::format("{}:{}", host, actual);
}

absl::StatusOr<ListenAddress> ReadListenAddress(std::string_view text, Reach reach,
                                                std::string_view option) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return BadFieldError(option, fmt::format("is \"{}\"; it is HOST:PORT, for example "
                                             "127.0.0.1:7417",
                                             text));
  }
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  ListenAddress address;
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  ASSIGN_OR_RETURN(address.port, ReadPort(text.substr(colon + 1), option));
  const std::optional<bool> loopback = IsLoopback(address.host);
  if (!loopback.has_value()) {
    return BadFieldError(option, fmt::format("has the host \"{}\"; it is a numeric address or "
                                             "localhost",
                                             host));
  }
  if (!*loopback && reach == Reach::kLoopback) {
    return BadFieldError(
        option,
        fmt::format("is {}, which other machines can reach, and nothing asks them for credentials. "
                    "Turn on TLS (--tls-cert, --tls-key) with client certificates "
                    "(--tls-client-ca) or bearer tokens (--token-key), or listen on 127.0.0.1 or "
                    "[::1], or say --insecure to let everybody in who reaches it",
                    text));
  }
  return address;
}

}  // namespace chipline::server
