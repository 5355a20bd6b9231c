#ifndef CHIPLINE_SERVICES_SERVER_LISTEN_ADDRESS_H_
#define CHIPLINE_SERVICES_SERVER_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chipline::server {

// Where to listen.
struct ListenAddress {
  // A numeric address.
  std::string host;
  // 0: a free one.
  int port = 0;

  // With another port; an IPv6 host in brackets.
  std::string WithPort(int actual) const;
};

// Which addresses may be listened on.
enum class Reach {
  // Those of this machine's loopback: nothing asks for credentials, so nobody else may come in.
  kLoopback,
  // Any.
  kAnywhere,
};

// Reads HOST:PORT or [HOST]:PORT, HOST being localhost or a numeric address. INVALID_ARGUMENT if it
// is none, or out of reach, naming the option that it was given by.
absl::StatusOr<ListenAddress> ReadListenAddress(std::string_view text,
                                                Reach reach = Reach::kLoopback,
                                                std::string_view option = "listen");

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LISTEN_ADDRESS_H_
