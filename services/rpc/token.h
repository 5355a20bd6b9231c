#ifndef CHIPLINE_SERVICES_RPC_TOKEN_H_
#define CHIPLINE_SERVICES_RPC_TOKEN_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "storage/position.h"

namespace chipline {

// What a token is good for: going on with one query on one log. A value.
struct TokenScope {
  std::string log_id;
  uint64_t epoch = 0;
  // QueryFingerprint or storage::Filter::Fingerprint: changes with anything that changes the
  // answer.
  uint64_t query = 0;
};

// The same for the same parts, on every machine and after any restart. Name the method first, so
// that a token of one is not taken by another.
uint64_t QueryFingerprint(std::initializer_list<std::string_view> parts);

// Where a query stands. Which of the two it needs is the query's matter.
struct TokenPlace {
  storage::Position position = 0;
  std::string key;
};

// What page and resume tokens have in common (page_token.h, resume_token.h): base64url of
//
//   kind (1 byte, with the version of this layout) | XXH3-64 of log_id | epoch | query | position
//   (8 bytes each, little-endian) | key | the low 4 bytes of the XXH3-64 of all that
//
// The checksum finds damage, not malice: a token grants nothing that its place, sent in the open,
// would not. Text-safe and opaque to clients.
enum class TokenKind : uint8_t { kPage = 0x11, kResume = 0x12 };

std::string SealToken(TokenKind kind, const TokenScope& scope, const TokenPlace& place);

// INVALID_ARGUMENT, naming `field`, if it is damaged or of another kind; FAILED_PRECONDITION,
// reason TOKEN_OTHER_LOG, TOKEN_OTHER_EPOCH or TOKEN_OTHER_QUERY, if it is not for this scope.
absl::StatusOr<TokenPlace> OpenToken(TokenKind kind, const TokenScope& scope,
                                     std::string_view token, std::string_view field);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_TOKEN_H_
