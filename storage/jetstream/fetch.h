#ifndef CHIPLINE_STORAGE_JETSTREAM_FETCH_H_
#define CHIPLINE_STORAGE_JETSTREAM_FETCH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Small reads over TCP from servers that the operator names. Blocking, bounded by `timeout` and by
// kMaxFetchedBytes. UNAVAILABLE names the address and why; INVALID_ARGUMENT if it is none.
namespace chipline::jetstream {

inline constexpr size_t kMaxFetchedBytes = size_t{4} << 20;

// What a server sends by itself, up to the end of the first line and without it. `url` is
// "SCHEME://HOST:PORT"; the scheme is not looked at, and nothing is encrypted.
absl::StatusOr<std::string> ReadFirstLine(const std::string& url, absl::Duration timeout);

// The body of GET `path` from "http://HOST:PORT". UNAVAILABLE also if the answer is not 200.
absl::StatusOr<std::string> HttpGet(const std::string& url, const std::string& path,
                                    absl::Duration timeout);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_FETCH_H_
