#ifndef CHIPLINE_SERVICES_RPC_RESUME_TOKEN_H_
#define CHIPLINE_SERVICES_RPC_RESUME_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/rpc/token.h"
#include "storage/position.h"

// Streams that are cut off and go on.
namespace chipline {

// The token to go on after `position` with.
std::string SealResumeToken(const TokenScope& scope, storage::Position position);

// Where to go on. Errors as OpenToken, the field being resume_token.
absl::StatusOr<storage::Position> OpenResumeToken(const TokenScope& scope, std::string_view token);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_RESUME_TOKEN_H_
