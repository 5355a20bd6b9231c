#ifndef CHIPLINE_STORAGE_JETSTREAM_ADDRESS_H_
#define CHIPLINE_STORAGE_JETSTREAM_ADDRESS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chipline::jetstream {

// Where a stream is: nats://HOST[:PORT][,HOST[:PORT]...]/STREAM, or tls:// in place of nats://.
struct Address {
  bool tls = false;
  // "HOST:PORT" each, in the order given; an IPv6 address keeps its brackets. 1 to kMaxHosts.
  std::vector<std::string> hosts;
  // 1 to kMaxStreamName letters, digits, '-' and '_'.
  std::string stream;

  // "nats://HOST:PORT" or "tls://HOST:PORT" of every host.
  std::vector<std::string> Urls() const;
};

inline constexpr int kMaxHosts = 16;
inline constexpr int kMaxStreamName = 64;
inline constexpr int kDefaultPort = 4222;

// INVALID_ARGUMENT, which says what is wrong and what is allowed. A user name or password in the
// address is refused, since command lines are read by others; it is not repeated in the error.
absl::StatusOr<Address> ParseAddress(std::string_view text);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_ADDRESS_H_
