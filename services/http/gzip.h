#ifndef CHIPLINE_SERVICES_HTTP_GZIP_H_
#define CHIPLINE_SERVICES_HTTP_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/http/message.h"

// Bytes to gzip (RFC 1952) and back, by zlib. Pure functions; a MiB takes some 10 ms.
namespace chipline::http {

// The bytes of a request. RESOURCE_EXHAUSTED if they are more than `max_bytes`, of which no more is
// inflated; INVALID_ARGUMENT, naming `request`, if this is not one whole gzip member.
absl::StatusOr<std::string> Gunzip(std::string_view bytes, size_t max_bytes);

// Fast rather than small.
std::string Gzip(std::string_view bytes);

// Whether the fields of this name (Accept-Encoding, or Connect-Accept-Encoding) take gzip.
bool AcceptsGzip(const Fields& fields, std::string_view name);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_GZIP_H_
