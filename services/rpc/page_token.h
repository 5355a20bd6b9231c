#ifndef CHIPLINE_SERVICES_RPC_PAGE_TOKEN_H_
#define CHIPLINE_SERVICES_RPC_PAGE_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/rpc/token.h"

// Pages of lists: page_token and next_page_token, the same in every list.
namespace chipline {

// The token of the page that goes on after `last`.
std::string SealPageToken(const TokenScope& scope, const TokenPlace& last);

// Where the page before ended; a default place if there is no token. Errors as OpenToken, the field
// being page_token.
absl::StatusOr<TokenPlace> OpenPageToken(const TokenScope& scope, std::string_view token);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_PAGE_TOKEN_H_
