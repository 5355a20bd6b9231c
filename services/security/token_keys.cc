#include "services/security/token_keys.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "openssl/ec.h"
#include "openssl/ecdsa.h"
#include "openssl/pem.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::security {
namespace {

constexpr std::string_view kRs256 = "RS256";
constexpr std::string_view kEs256 = "ES256";
constexpr std::string_view kEdDsa = "EdDSA";

using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using EcSignaturePtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

absl::Status InvalidKeys(std::string_view words) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_TOKEN_KEYS", words);
}

struct FreeBytes {
  template <typename T>
  void operator()(T* bytes) const {
    OPENSSL_free(bytes);
  }
};

struct PemBlock {
  std::unique_ptr<char, FreeBytes> name;
  std::unique_ptr<unsigned char, FreeBytes> der;
  long size = 0;
};

std::optional<PemBlock> NextBlock(BIO& bio) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  if (PEM_read_bio(&bio, &name, &header, &der, &size) != 1) return std::nullopt;
  OPENSSL_free(header);
  return PemBlock{std::unique_ptr<char, FreeBytes>(name),
                  std::unique_ptr<unsigned char, FreeBytes>(der), size};
}

// The one algorithm that a key is for; empty if it is for none.
std::string_view AlgorithmOf(const EVP_PKEY& key) {
  constexpr int kMinRsaBits = 2048;
  switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_RSA:
      return EVP_PKEY_get_bits(&key) >= kMinRsaBits ? kRs256 : "";
    case EVP_PKEY_EC: {
      char group[32] = {};
      return EVP_PKEY_get_group_name(&key, group, sizeof group, nullptr) == 1 &&
                     std::string_view(group) == "prime256v1"
                 ? kEs256
                 : "";
    }
    case EVP_PKEY_ED25519:
      return kEdDsa;
    default:
      return "";
  }
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// ES256 signs with two numbers of 32 bytes; OpenSSL wants them in DER. Empty if it is no signature.
std::string EcSignature(std::string_view raw) {
  constexpr int kNumberBytes = 32;
  if (raw.size() != size_t{2} * kNumberBytes) return "";
  const EcSignaturePtr signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(Bytes(raw), kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(raw) + kNumberBytes, kNumberBytes, nullptr);
  if (ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return "";
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return "";
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return result;
}

bool Verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view text,
              std::string_view signature) {
  const ContextPtr context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

}  // namespace

absl::StatusOr<TokenKeys> TokenKeys::Parse(std::string_view pem) {
  if (pem.size() > limits::kMaxPemBytes) return InvalidKeys("the file is too long");
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return InvalidKeys("the file holds a private key; the server needs public ones only");
  }
  const ErrorQueue errors;
  const BioPtr bio = ReadFrom(pem);
  TokenKeys keys;
  while (const std::optional<PemBlock> block = NextBlock(*bio)) {
    const unsigned char* der = block->der.get();
    KeyPtr key;
    if (std::string_view(block->name.get()) == PEM_STRING_PUBLIC) {
      key.reset(d2i_PUBKEY(nullptr, &der, block->size));
    }
    const std::string_view algorithm = key == nullptr ? "" : AlgorithmOf(*key);
    if (algorithm.empty()) {
      return InvalidKeys(fmt::format(
          "block {} is of a kind that tokens are not taken from: a PUBLIC KEY of RSA with 2048 "
          "bits or more, of P-256 or of Ed25519 is",
          keys.keys_.size() + 1));
    }
    keys.keys_.push_back({algorithm, std::move(key)});
    if (std::count_if(keys.keys_.begin(), keys.keys_.end(), [&](const Key& each) {
          return each.algorithm == algorithm;
        }) > kMaxKeysOfAlgorithm) {
      return InvalidKeys(
          fmt::format("there are more than {} keys for {}; take those away that no "
                      "token in use is signed with",
                      kMaxKeysOfAlgorithm, algorithm));
    }
    if (keys.keys_.size() > limits::kMaxTokenKeys) {
      return InvalidKeys(fmt::format("there are more than {} keys", limits::kMaxTokenKeys));
    }
  }
  // The end of the file is an error too; any other one is of a block that cannot be read.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return InvalidKeys(
        fmt::format("block {} cannot be read: {}", keys.keys_.size() + 1, errors.Words()));
  }
  if (keys.keys_.empty()) return InvalidKeys("there is no PEM block PUBLIC KEY");
  return keys;
}

bool TokenKeys::Verify(std::string_view algorithm, std::string_view text,
                       std::string_view signature) const {
  const ErrorQueue errors;
  const std::string der = algorithm == kEs256 ? EcSignature(signature) : std::string();
  if (algorithm == kEs256) signature = der;
  if (signature.empty()) return false;
  const EVP_MD* digest = algorithm == kEdDsa ? nullptr : EVP_sha256();
  return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
    return key.algorithm == algorithm && Verifies(key.key.get(), digest, text, signature);
  });
}

}  // namespace chipline::security
