#include "services/rpc/access.h"

#include <algorithm>

#include "services/rpc/bridged_call.h"

namespace chipline {
namespace {

// The method as policies name it.
std::string PathOf(std::string_view method) {
  std::string path = "chipline.v1.";
  path += method;
  std::replace(path.begin() + static_cast<std::ptrdiff_t>(path.size() - method.size()), path.end(),
               '.', '/');
  return path;
}

}  // namespace

std::string AddressOf(const grpc::ServerContextBase& call) {
  std::string peer = PeerOf(call);
  return peer.substr(0, peer.rfind(':'));
}

absl::StatusOr<std::shared_ptr<const Access>> Admit(const Gate* gate,
                                                    const grpc::ServerContextBase& call,
                                                    std::string_view method) {
  if (gate == nullptr) return std::shared_ptr<const Access>();
  return gate->Admit(call, PathOf(method));
}

absl::StatusOr<std::shared_ptr<const Access>> AdmitStream(const Gate* gate,
                                                          const grpc::ServerContextBase& call,
                                                          std::string_view method) {
  if (gate == nullptr) return std::shared_ptr<const Access>();
  return gate->AdmitStream(call, PathOf(method));
}

}  // namespace chipline
