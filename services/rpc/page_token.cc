#include "services/rpc/page_token.h"

namespace chipline {

std::string SealPageToken(const TokenScope& scope, const TokenPlace& last) {
  return SealToken(TokenKind::kPage, scope, last);
}

absl::StatusOr<TokenPlace> OpenPageToken(const TokenScope& scope, std::string_view token) {
  if (token.empty()) return TokenPlace();
  return OpenToken(TokenKind::kPage, scope, token, "page_token");
}

}  // namespace chipline
