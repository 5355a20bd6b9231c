#ifndef CHIPLINE_SERVICES_RPC_TRACE_H_
#define CHIPLINE_SERVICES_RPC_TRACE_H_

#include "grpcpp/server_context.h"

#include "storage/traceparent.h"

namespace chipline {

// Where a call is in a trace, by its metadata. Empty if it has no traceparent, a wrong one, or
// several.
storage::Traceparent TraceOf(const grpc::ServerContextBase& call);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_TRACE_H_
