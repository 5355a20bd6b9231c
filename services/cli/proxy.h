#ifndef CHIPLINE_SERVICES_CLI_PROXY_H_
#define CHIPLINE_SERVICES_CLI_PROXY_H_

#include <string>
#include <string_view>

// Proxies for the web, which gRPC finds in the environment and tunnels through.
namespace chipline::cli {

// Whether a server is on this machine: localhost, 127.0.0.0/8, ::1 or a socket in the file system,
// in any of the forms that gRPC takes. Such a server is never reached through a proxy, which would
// look for it on its own machine.
bool IsLocalServer(std::string_view server);

// The proxy that gRPC 1.51 goes through to reach a server, without user and password, and the
// variable that names it: "proxy:3128 (https_proxy)". Empty if it goes there directly.
std::string ProxyFor(std::string_view server);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_PROXY_H_
