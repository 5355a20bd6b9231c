#include "services/rpc/resume_token.h"

#include "storage/status_macros.h"

namespace chipline {

std::string SealResumeToken(const TokenScope& scope, storage::Position position) {
  return SealToken(TokenKind::kResume, scope, {position, ""});
}

absl::StatusOr<storage::Position> OpenResumeToken(const TokenScope& scope, std::string_view token) {
  ASSIGN_OR_RETURN(TokenPlace place, OpenToken(TokenKind::kResume, scope, token, "resume_token"));
  return place.position;
}

}  // namespace chipline
