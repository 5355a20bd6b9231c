#include "services/query/watch_token.h"

#include "absl/strings/numbers.h"

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

// Between the views and the day, as a number of days.
constexpr char kThenDay = '@';

}  // namespace

std::string SealWatchToken(const TokenScope& scope, const WatchPlace& place) {
  return SealToken(
      TokenKind::kResume, scope,
      TokenPlace{place.position, fmt::format("{}{}{}", ViewsKey(), kThenDay, place.day.days())});
}

absl::StatusOr<WatchResume> OpenWatchToken(const TokenScope& scope, std::string_view token) {
  ASSIGN_OR_RETURN(const TokenPlace sealed,
                   OpenToken(TokenKind::kResume, scope, token, "resume_token"));
  const std::string_view key = sealed.key;
  const size_t end = key.rfind(kThenDay);
  WatchResume resume;
  resume.place.position = sealed.position;
  resume.same_views = key.substr(0, end) == ViewsKey();
  int32_t days = 0;
  if (end != std::string_view::npos) {
    const std::string_view number = key.substr(end + 1);
    if (absl::SimpleAtoi(absl::string_view(number.data(), number.size()), &days)) {
      resume.place.day = CivilDay::FromDays(days);
    }
  }
  return resume;
}

}  // namespace chipline::query
