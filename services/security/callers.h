#ifndef CHIPLINE_SERVICES_SECURITY_CALLERS_H_
#define CHIPLINE_SERVICES_SECURITY_CALLERS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/security/identity.h"
#include "services/security/token.h"
#include "services/security/token_keys.h"
#include "storage/clock.h"
#include "storage/mutex.h"
#include "storage/traceparent.h"

namespace chipline::security {

// What a call brings to prove who makes it.
struct Credentials {
  // Whom the connection's certificate names, or why it names nobody: see PeerIdentity.
  absl::StatusOr<Identity> certificate =
      PeerIdentity([](const char*) { return std::vector<std::string>(); });
  // The value of the one `authorization` in the call's metadata. Empty: none.
  std::string authorization;
  // There are several, which is as good as a wrong one.
  bool ambiguous = false;
  // The call came over a connection and names a bridged caller (services/rpc/bridged_call.h), which
  // only the server itself may.
  bool forged = false;
  // Proves nothing: for what the operator is told of the call.
  storage::Traceparent trace = {};
};

// Finds out who calls. A token says who makes the call, a certificate who holds the connection; so
// a call with a token is the token's, and a bad one is refused even where the certificate would do.
// Tokens are remembered, good and bad, since to check a signature takes some 0.1 ms for each key of
// its algorithm.
// Thread-safe.
class Callers {
 public:
  // `clock` must outlive it.
  Callers(const Clock& clock, TokenRules rules) : clock_(clock), rules_(std::move(rules)) {}

  // From now on these keys count, and nothing that was remembered.
  void SetKeys(TokenKeys keys);

  // Whether Identify would have to check a signature.
  bool NeedsCheck(const Credentials& credentials) const;

  // UNAUTHENTICATED if nobody is known; see ReadToken.
  absl::StatusOr<std::shared_ptr<const Identity>> Identify(const Credentials& credentials);

 private:
  absl::StatusOr<std::shared_ptr<const Identity>> IdentifyToken(std::string_view token);

  const Clock& clock_;
  const TokenRules rules_;

  mutable Mutex mutex_;
  // Null: no tokens are taken.
  std::shared_ptr<const TokenKeys> keys_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<const Identity>> known_ ABSL_GUARDED_BY(mutex_);
  // Tokens that stay bad for as long as the keys are the same. Apart from the good ones, so that
  // whoever sends many of them makes nobody else's forgotten.
  absl::flat_hash_map<std::string, absl::Status> refused_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_CALLERS_H_
