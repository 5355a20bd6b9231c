#ifndef CHIPLINE_SERVICES_SECURITY_TOKEN_KEYS_H_
#define CHIPLINE_SERVICES_SECURITY_TOKEN_KEYS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/security/openssl.h"

namespace chipline::security {

// The public keys that tokens may be signed with. Each key stands for one algorithm, whatever a
// token says of itself: RSA of 2,048 bits or more for RS256, P-256 for ES256, Ed25519 for EdDSA.
// Secret keys are refused, so that no HMAC can ever be asked for. Immutable.
class TokenKeys {
 public:
  // A bad token is held against every key of its algorithm, so there may only be so many: room for
  // the present key, the next one and the last one, and one more.
  static constexpr int kMaxKeysOfAlgorithm = 4;

  // Reads one or more PEM "PUBLIC KEY" blocks, at most limits::kMaxTokenKeys. INVALID_ARGUMENT if
  // there are none, or one is of another kind.
  static absl::StatusOr<TokenKeys> Parse(std::string_view pem);

  // Whether one of the keys for `algorithm` made `signature`, in the form of RFC 7518 and RFC 8037,
  // over `text`.
  bool Verify(std::string_view algorithm, std::string_view text, std::string_view signature) const;

  size_t size() const { return keys_.size(); }

 private:
  struct Key {
    std::string_view algorithm;
    KeyPtr key;
  };

  std::vector<Key> keys_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_TOKEN_KEYS_H_
