#ifndef CHIPLINE_STORAGE_JETSTREAM_FETCH_H_
#define CHIPLINE_STORAGE_JETSTREAM_FETCH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Small reads over TCP from servers that the operator names. Blocking, limited by `timeout` and
// kMaxFetchedBytes. UNAVAILABLE names the address and why; INVALID_ARGUMENT if it is not an
// address.
namespace chipline::jetstream {

inline constexpr size_t kMaxFetchedBytes = size_t{4} << 20;

// The first line that a server sends by itself, without its end. `url` is "SCHEME://HOST:PORT"; the
// scheme is ignored, and nothing is encrypted.
absl::StatusOr<std::string> ReadFirstLine(const std::string& url, absl::Duration timeout);

// The body of GET `path` from "http://HOST:PORT". UNAVAILABLE also if the answer is not 200.
absl::StatusOr<std::string> HttpGet(const std::string& url, const std::string& path,
                                    absl::Duration timeout);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_FETCH_H_
