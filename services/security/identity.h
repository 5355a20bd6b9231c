#ifndef CHIPLINE_SERVICES_SECURITY_IDENTITY_H_
#define CHIPLINE_SERVICES_SECURITY_IDENTITY_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::security {

// A caller who proved who it is. Names carry their kind, so that a token's subject can never pass
// for a certificate's name: uri:, dns:, cn:, sub: and role: as in chipline.config.v1.Binding.
struct Identity {
  // The name that logs and limits go by. Never empty.
  std::string principal;
  // Every name that a policy may know it by, `principal` among them.
  std::vector<std::string> names;
  // From then on the proof holds no longer.
  absl::Time expire_time = absl::InfiniteFuture();
};

// The values of a property of a connection's authentication (grpc_security_constants.h).
using PeerProperties = std::function<std::vector<std::string>(const char* name)>;
// The same from a map, which must outlive them.
PeerProperties PropertiesOf(const std::multimap<std::string, std::string>& values);

// Who the certificate of a connection names: its URIs if it has any, else its DNS names, else its
// common name. gRPC lets only verified ones come this far. UNAUTHENTICATED, reason NO_CREDENTIALS,
// if there is no certificate or it has none of them; reason CERTIFICATE_NAME_INVALID if one of the
// kind that counts is empty, has more than limits::kMaxPrincipalBytes, or has control characters,
// or as a URI or DNS name anything but printable ASCII. Then the other kinds do not count either.
absl::StatusOr<Identity> PeerIdentity(const PeerProperties& properties);

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_IDENTITY_H_
