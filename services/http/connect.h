#ifndef CHIPLINE_SERVICES_HTTP_CONNECT_H_
#define CHIPLINE_SERVICES_HTTP_CONNECT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/http/message.h"

// The Connect protocol (connectrpc.com/docs/protocol) as far as it is bytes and words. Pure
// functions.
namespace chipline::http {

enum class Codec { kProto, kJson };

struct ContentKind {
  Codec codec;
  // In envelopes, with the status at the end of the stream.
  bool streaming;
};

// None for a type that is not Connect's.
std::optional<ContentKind> ReadContentType(std::string_view content_type);
std::string_view ContentTypeOf(ContentKind kind);
// All of them, for Accept-Post.
inline constexpr std::string_view kContentTypes =
    "application/proto, application/json, application/connect+proto, application/connect+json";

// INVALID_ARGUMENT or UNIMPLEMENTED, naming the header field, if the request asks for another
// version of the protocol, or comes in another encoding than gzip.
absl::Status CheckProtocol(const Fields& fields, ContentKind kind);
// Whether a request that CheckProtocol passed says that it comes as gzip; of a stream each message
// says so again.
bool ComesAsGzip(const Fields& fields, ContentKind kind);
// Whether the answer, or messages of a stream, may go as gzip.
bool MayGoAsGzip(const Fields& fields, ContentKind kind);
// How long the call may take; none if the request does not say. INVALID_ARGUMENT, naming the
// header field, for what is no number of at most 10 digits.
absl::StatusOr<std::optional<std::chrono::milliseconds>> ReadTimeout(const Fields& fields);

// A message in its envelope.
struct Enveloped {
  std::string_view message;
  bool gzip = false;
};

// The one message of a request's stream: INVALID_ARGUMENT if there is not exactly one, or it is
// compressed although the head did not say so (`gzip`).
absl::StatusOr<Enveloped> ReadEnvelope(std::string_view body, bool gzip);
std::string Envelope(const Enveloped& message);
// What ends a stream: the status and trailing metadata, by their gRPC names.
std::string EndOfStream(const absl::Status& status, const Fields& trailers);

// What Connect calls a code, for example "invalid_argument"; "ok" is ours.
std::string_view CodeName(absl::StatusCode code);

// A call that failed, as the answer to a unary one.
Response ErrorResponse(const absl::Status& status, const Fields& trailers);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_CONNECT_H_
