#include "services/security/identity.h"

#include <utility>

#include "grpc/grpc_security_constants.h"

#include "storage/limits.h"

namespace chipline::security {

std::optional<Identity> PeerIdentity(const PeerProperties& properties) {
  static constexpr std::pair<const char*, const char*> kKinds[] = {
      {GRPC_PEER_URI_PROPERTY_NAME, "uri:"},
      {GRPC_PEER_DNS_PROPERTY_NAME, "dns:"},
      {GRPC_X509_CN_PROPERTY_NAME, "cn:"}};
  for (const auto& [property, prefix] : kKinds) {
    Identity identity;
    for (const std::string& value : properties(property)) {
      if (value.empty() || value.size() > limits::kMaxPrincipalBytes) continue;
      identity.names.push_back(prefix + value);
    }
    if (identity.names.empty()) continue;
    identity.principal = identity.names.front();
    return identity;
  }
  return std::nullopt;
}

}  // namespace chipline::security
