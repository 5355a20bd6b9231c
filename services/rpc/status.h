#ifndef CHIPLINE_SERVICES_RPC_STATUS_H_
#define CHIPLINE_SERVICES_RPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"

#include "storage/error.h"

// The one place where Chipline's errors (storage/error.h: a code, a message, and google.rpc details
// as payloads) become gRPC's. Pure functions.
namespace chipline {

// Clients take 8 KiB of trailing metadata by default and see RESOURCE_EXHAUSTED instead of the
// error if there is more, so what goes there is kept below these.
inline constexpr size_t kMaxStatusMessageBytes = 1024;
inline constexpr size_t kMaxStatusDetailBytes = 4 * 1024;

// As a value inside a message: everything that is for clients (type.googleapis.com), however long.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// As the end of an RPC: the same google.rpc.Status as grpc-status-details-bin. If it is too long,
// the last failed preconditions are left out and one that counts them is put in their place.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The same, for the end of this call: what may pass gets RetryInfo (services/rpc/retry.h), and what
// has RetryInfo the trailer by which gRPC's own retries wait so long, if the client's service
// config has them try again at all. To be called right before Finish, which the call must not have
// come to yet.
grpc::Status EndOf(grpc::ServerContextBase& call, const absl::Status& ended);

// Back again, for clients. Details that cannot be read are dropped.
absl::Status FromGrpcStatus(const grpc::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

// The same status with more facts in its ErrorInfo; unchanged if it has none.
absl::Status WithMetadata(absl::Status status, const ErrorMetadata& metadata);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_STATUS_H_
