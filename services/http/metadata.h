#ifndef CHIPLINE_SERVICES_HTTP_METADATA_H_
#define CHIPLINE_SERVICES_HTTP_METADATA_H_

#include <map>

#include "absl/status/status.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/string_ref.h"

#include "services/http/message.h"

// Header fields as gRPC's metadata, and back. Pure functions.
namespace chipline::http {

// Adds what a caller sent for the call, and not for HTTP, Connect or gRPC themselves; what ends in
// -bin is read from base64. Leaves out kBridgeKey, which is the server's own. INVALID_ARGUMENT,
// naming the field, for bytes that metadata cannot carry.
absl::Status AddMetadata(const Fields& fields, grpc::ClientContext& context);

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// What a service sent, and not gRPC itself.
Fields FieldsOf(const Metadata& metadata);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_METADATA_H_
