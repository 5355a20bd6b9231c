#include "services/query/watch_token.h"

#include "fmt/format.h"
#include "services/timeline/folds/fold.h"
#include "services/values/fold_key.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

// Names that fold otherwise give other entries, too.
std::string ViewsKey() {
  return fmt::format("{}.{}.{}", timeline::kViewVersion, timeline::kPolicyVersion,
                     FoldKeyVersion());
}

}  // namespace

std::string SealWatchToken(const TokenScope& scope, storage::Position position) {
  return SealToken(TokenKind::kResume, scope, TokenPlace{position, ViewsKey()});
}

absl::StatusOr<WatchPlace> OpenWatchToken(const TokenScope& scope, std::string_view token) {
  ASSIGN_OR_RETURN(const TokenPlace place,
                   OpenToken(TokenKind::kResume, scope, token, "resume_token"));
  return WatchPlace{place.position, place.key == ViewsKey()};
}

}  // namespace chipline::query
