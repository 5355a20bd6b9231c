#ifndef CHIPLINE_SERVICES_RPC_REFLECTION_NAMES_H_
#define CHIPLINE_SERVICES_RPC_REFLECTION_NAMES_H_

#include <string_view>

namespace chipline {

// The method of gRPC's reflection, under the name of either version. Clients ask for v1 first and
// for v1alpha if there is no v1, so who is granted one has both.
inline constexpr std::string_view kReflectionMethods[] = {
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_REFLECTION_NAMES_H_
