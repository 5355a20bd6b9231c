#ifndef CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
#define CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_

#include <cstddef>
#include <memory>

#include "grpcpp/server_builder.h"

namespace chipline::server {

// How long a connection that is asked for a sign of life has to give it.
inline constexpr int kKeepaliveTimeoutMs = 10'000;

// A builder with everything that is set about gRPC itself: sizes, calls on one connection, times,
// and the services that come with it (grpc.health.v1, channelz). gRPC hands those out to builders
// that are made after it was told of them, so the builder is made here.
std::unique_ptr<grpc::ServerBuilder> NewServerBuilder(size_t max_connection_streams);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
