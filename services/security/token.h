#ifndef CHIPLINE_SERVICES_SECURITY_TOKEN_H_
#define CHIPLINE_SERVICES_SECURITY_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/security/identity.h"
#include "services/security/token_keys.h"

namespace chipline::security {

// What a token must say. Both are required.
struct TokenRules {
  std::string issuer;
  std::string audience;
};

// Reads a bearer token: a JWT (RFC 7519) in compact form, checked as RFC 8725 advises. Its names
// are sub:SUBJECT and role:ROLE for each of the claim "roles".
//
// UNAUTHENTICATED, reason TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_NOT_YET_VALID, if it is not signed
// with one of the keys, by the algorithm that the key is for; if exp, iss, aud or sub is missing or
// not as it must be; or if nbf or iat lies ahead. Clocks may differ by limits::kTokenSkewSeconds.
// No message holds any part of the token. Pure.
//
// No library serves: Debian's libjwt (1.10) takes the algorithm from the token, checks an HMAC with
// the public key as its secret if the token says so, and leaves exp, aud and iss to the caller;
// libcpp-jwt (1.4) throws. What is left to do over OpenSSL and Protobuf's JSON is this file.
absl::StatusOr<Identity> ReadToken(std::string_view token, const TokenKeys& keys,
                                   const TokenRules& rules, absl::Time now);

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_TOKEN_H_
