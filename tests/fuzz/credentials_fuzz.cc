// Bearer tokens: as they come, which no key has signed; and with the input as the claims of a token
// that is signed, which only the right claims make good. Keys, as PEM, too.
#include <string>

#include "absl/time/time.h"

#include "services/security/token.h"
#include "services/security/token_keys.h"
#include "storage/error.h"
#include "tests/fuzz/check.h"
#include "tests/security/test_certificates.h"

namespace chipline::fuzz {
namespace {

using security::ReadToken;
using security::TokenKeys;

struct Signed {
  security::TestSigner signer{security::KeyKind::kEd25519};
  TokenKeys keys = *TokenKeys::Parse(signer.public_pem());
  security::TokenRules rules{"test-ca", "chipline"};
  absl::Time now = absl::FromUnixSeconds(1'790'000'000);
};

void Check(std::string_view text) {
  static const Signed* const known = new Signed;
  const auto unsigned_token = ReadToken(text, known->keys, known->rules, known->now);
  MUST(!unsigned_token.ok() && absl::IsUnauthenticated(unsigned_token.status()));
  (void)TokenKeys::Parse(text);

  const std::string token = known->signer.Sign(std::string(text));
  const auto identity = ReadToken(token, known->keys, known->rules, known->now);
  if (!identity.ok()) {
    MUST(absl::IsUnauthenticated(identity.status()) && !ReasonOf(identity.status()).empty());
    return;
  }
  MUST(text.find("test-ca") != std::string_view::npos);
  MUST(identity->principal.size() > 4 && identity->principal.substr(0, 4) == "sub:");
  MUST(identity->expire_time > known->now);
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Check(chipline::fuzz::Text(bytes, size));
  return 0;
}
