#include "services/rpc/token.h"

#include <xxhash.h>

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"

#include "services/rpc/base64url.h"
#include "storage/error.h"

namespace chipline {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kFixedBytes = 1 + 4 * kNumberBytes;

uint64_t Hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

void AppendNumber(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

uint64_t NumberAt(std::string_view bytes, size_t at, size_t size = kNumberBytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value |= uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return value;
}

bool IsIntact(std::string_view bytes, TokenKind kind) {
  if (bytes.size() < kFixedBytes + kChecksumBytes) return false;
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  return NumberAt(bytes, body.size(), kChecksumBytes) == (Hash(body) & 0xffffffffU) &&
         static_cast<uint8_t>(bytes[0]) == static_cast<uint8_t>(kind);
}

}  // namespace

uint64_t QueryFingerprint(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) {
    AppendNumber(part.size(), kNumberBytes, text);
    text.append(part);
  }
  return Hash(text);
}

std::string SealToken(TokenKind kind, const TokenScope& scope, const TokenPlace& place) {
  std::string bytes;
  bytes.reserve(kFixedBytes + place.key.size() + kChecksumBytes);
  bytes.push_back(static_cast<char>(kind));
  AppendNumber(Hash(scope.log_id), kNumberBytes, bytes);
  AppendNumber(scope.epoch, kNumberBytes, bytes);
  AppendNumber(scope.query, kNumberBytes, bytes);
  AppendNumber(place.position, kNumberBytes, bytes);
  bytes.append(place.key);
  AppendNumber(Hash(bytes), kChecksumBytes, bytes);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<TokenPlace> OpenToken(TokenKind kind, const TokenScope& scope,
                                     std::string_view token, std::string_view field) {
  const std::optional<std::string> decoded = DecodeBase64Url(token);
  if (!decoded.has_value() || !IsIntact(*decoded, kind)) {
    return BadFieldError(field, "is damaged or not a token of this kind; send it as it came");
  }
  const std::string& bytes = *decoded;
  const auto other = [&](std::string_view reason, std::string_view what) {
    return Error(
        absl::StatusCode::kFailedPrecondition, reason,
        std::string(field) + " is of another " + std::string(what) + "; start again without it",
        {{"field", std::string(field)}});
  };
  size_t at = 1;
  const auto next = [&] { return NumberAt(bytes, std::exchange(at, at + kNumberBytes)); };
  if (next() != Hash(scope.log_id)) return other("TOKEN_OTHER_LOG", "log");
  if (next() != scope.epoch) return other("TOKEN_OTHER_EPOCH", "epoch of this log");
  if (next() != scope.query) return other("TOKEN_OTHER_QUERY", "query");
  TokenPlace place;
  place.position = next();
  place.key = bytes.substr(at, bytes.size() - at - kChecksumBytes);
  return place;
}

}  // namespace chipline
