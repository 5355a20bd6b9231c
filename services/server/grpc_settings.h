#ifndef CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
#define CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_

#include <memory>

#include "grpcpp/server_builder.h"

namespace chipline::server {

// A builder with everything that is set about gRPC itself: sizes, keepalive, and the services that
// come with it (grpc.health.v1, server reflection, channelz). gRPC hands those out to builders that
// are made after it was told of them, so the builder is made here.
std::unique_ptr<grpc::ServerBuilder> NewServerBuilder();

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
