#ifndef CHIPLINE_SERVICES_HTTP_JSON_H_
#define CHIPLINE_SERVICES_HTTP_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/support/byte_buffer.h"

// Messages as Protobuf's JSON, and back, for every type that is linked into the program. Pure
// functions. Large messages take tens of milliseconds.
namespace chipline::http {

// A request. INVALID_ARGUMENT with a BadRequest, naming the field where one does not fit, if the
// text is no such message, or has more than limits::kMaxRequestFields values, which are counted
// before anything is made of them.
absl::StatusOr<grpc::ByteBuffer> RequestFromJson(std::string_view text,
                                                 const google::protobuf::Descriptor& type);

// An answer of the server's own. INTERNAL if it cannot be shown as JSON.
absl::StatusOr<std::string> AnswerToJson(const grpc::ByteBuffer& bytes,
                                         const google::protobuf::Descriptor& type);

// A detail of a status, by the full name of its type. NOT_FOUND if nothing knows the type.
absl::StatusOr<std::string> DetailToJson(const std::string& type, const std::string& bytes);

// The bytes of a message in one piece.
std::string BytesOf(const grpc::ByteBuffer& buffer);
grpc::ByteBuffer BufferOf(std::string_view bytes);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_JSON_H_
