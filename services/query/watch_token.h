#ifndef CHIPLINE_SERVICES_QUERY_WATCH_TOKEN_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/query/watch_place.h"
#include "services/rpc/token.h"

namespace chipline::query {

// Where a watch goes on. What a client holds was folded by some version of the views and of the
// policy: changes by another one do not fit it.
struct WatchResume {
  WatchPlace place;
  bool same_views = true;
};

std::string SealWatchToken(const TokenScope& scope, const WatchPlace& place);

// Errors as OpenToken, the field being resume_token. The day of a token without one is that of the
// append at its position, which WatchPlace allows.
absl::StatusOr<WatchResume> OpenWatchToken(const TokenScope& scope, std::string_view token);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_TOKEN_H_
