#ifndef CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
#define CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_

#include "grpcpp/server_builder.h"

namespace chipline::server {

// Everything that is set about gRPC itself: sizes, keepalive, and the services that come with it
// (grpc.health.v1, server reflection, channelz). To be called before services are registered.
void ApplyGrpcSettings(grpc::ServerBuilder& builder);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_GRPC_SETTINGS_H_
