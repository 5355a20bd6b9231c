#include "services/cli/proxy.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace chipline::cli {
namespace {

// The first of these variables that is set counts, for gRPC.
constexpr std::array kProxyVariables = {"grpc_proxy", "https_proxy", "http_proxy"};
constexpr std::array kExceptions = {"no_grpc_proxy", "no_proxy"};

// "dns:///[::1]:7417" to "::1".
std::string HostOf(std::string_view server) {
  for (const std::string_view scheme : {"dns:", "ipv4:", "ipv6:"}) {
    if (server.starts_with(scheme)) server.remove_prefix(scheme.size());
  }
  if (const size_t slash = server.rfind('/'); slash != std::string_view::npos) {
    server.remove_prefix(slash + 1);
  }
  const size_t close = server.find(']');
  if (server.starts_with('[') && close != std::string_view::npos) {
    return std::string(server.substr(1, close - 1));
  }
  return std::string(server.substr(0, server.rfind(':')));
}

std::string_view First(const auto& variables, const char*& name) {
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    name = variable;
    return value;
  }
  return "";
}

bool IsExcepted(std::string_view host) {
  const char* name = nullptr;
  std::string_view list = First(kExceptions, name);
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view ending = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (ending.starts_with(' ')) ending.remove_prefix(1);
    while (ending.ends_with(' ')) ending.remove_suffix(1);
    if (!ending.empty() && host.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

bool IsLocalServer(std::string_view server) {
  if (server.starts_with("unix:") || server.starts_with("unix-abstract:")) return true;
  std::string host = HostOf(server);
  std::transform(host.begin(), host.end(), host.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  if (host.ends_with('.')) host.pop_back();
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  constexpr uint32_t kLoopbackNet = 127;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == kLoopbackNet;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) return false;
  constexpr size_t kMappedByte = 12;
  return IN6_IS_ADDR_LOOPBACK(&v6) ||
         (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[kMappedByte] == kLoopbackNet);
}

std::string ProxyFor(std::string_view server) {
  if (IsLocalServer(server) || IsExcepted(HostOf(server))) return "";
  const char* variable = nullptr;
  std::string_view proxy = First(kProxyVariables, variable);
  if (proxy.empty()) return "";
  if (const size_t scheme = proxy.find("://"); scheme != std::string_view::npos) {
    proxy.remove_prefix(scheme + 3);
  }
  if (const size_t user = proxy.rfind('@'); user != std::string_view::npos) {
    proxy.remove_prefix(user + 1);
  }
  return fmt::format("{} ({})", proxy, variable);
}

}  // namespace chipline::cli
