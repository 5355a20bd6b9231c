#ifndef CHIPLINE_SERVICES_HTTP_MESSAGE_H_
#define CHIPLINE_SERVICES_HTTP_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// HTTP/1.1 messages, as values.
namespace chipline::http {

// In order; the same name may come several times.
using Fields = std::vector<std::pair<std::string, std::string>>;

// The first value of a field; empty if there is none. Names are in lower case.
std::string_view ValueOf(const Fields& fields, std::string_view name);
size_t CountOf(const Fields& fields, std::string_view name);
// Without spaces and tabs at either end.
std::string_view Trimmed(std::string_view text);

// What comes before a request's body.
struct RequestHead {
  std::string method;
  // What the request asks for, without what follows a '?'.
  std::string path;
  // Names in lower case.
  Fields fields;
  // False: HTTP/1.0, which has no chunks.
  bool http11 = true;
  // No value: the body comes in chunks.
  std::optional<uint64_t> body_bytes = 0;
};

struct Response {
  unsigned status = 200;
  Fields fields = {};
  std::string body = {};
};

// A whole response, or with `chunked` the head of one whose body follows in chunks. `close` tells
// the client that the connection ends with it; `head_only` leaves the body out.
std::string ResponseText(const Response& response, bool chunked, bool close, bool head_only);
// `bytes` as a chunk. Not empty: that would be the last.
std::string ChunkText(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Plain words for people and probes.
Response TextResponse(unsigned status, std::string_view words);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_MESSAGE_H_
