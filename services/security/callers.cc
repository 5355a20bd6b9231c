#include "services/security/callers.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "storage/error.h"
#include "storage/limits.h"
#include "storage/status_macros.h"

namespace chipline::security {
namespace {

constexpr std::string_view kBearer = "Bearer ";

absl::Status Unauthenticated(std::string_view words) {
  return Error(absl::StatusCode::kUnauthenticated, "NO_CREDENTIALS", words);
}

}  // namespace

void Callers::SetKeys(TokenKeys keys) {
  auto shared = std::make_shared<const TokenKeys>(std::move(keys));
  const MutexLock lock(mutex_);
  keys_ = std::move(shared);
  known_.clear();
}

absl::StatusOr<std::shared_ptr<const Identity>> Callers::Identify(const Credentials& credentials) {
  if (credentials.ambiguous) {
    return Unauthenticated("the call has several values of the metadata authorization");
  }
  if (credentials.authorization.empty()) {
    RETURN_IF_ERROR(credentials.certificate.status());
    return std::make_shared<const Identity>(*credentials.certificate);
  }
  const std::string_view value = credentials.authorization;
  if (!absl::StartsWithIgnoreCase(absl::string_view(value.data(), value.size()),
                                  absl::string_view(kBearer.data(), kBearer.size()))) {
    return Unauthenticated("the metadata authorization is not \"Bearer\" and a token");
  }
  return IdentifyToken(value.substr(kBearer.size()));
}

absl::StatusOr<std::shared_ptr<const Identity>> Callers::IdentifyToken(std::string_view token) {
  const absl::Time now = clock_.Now();
  std::shared_ptr<const TokenKeys> keys;
  {
    const MutexLock lock(mutex_);
    keys = keys_;
    const auto known = known_.find(absl::string_view(token.data(), token.size()));
    if (known != known_.end()) {
      if (now < known->second->expire_time) return known->second;
      known_.erase(known);
    }
  }
  if (keys == nullptr) return Unauthenticated("this server takes no bearer tokens");
  ASSIGN_OR_RETURN(Identity identity, ReadToken(token, *keys, rules_, now));
  auto shared = std::make_shared<const Identity>(std::move(identity));
  const MutexLock lock(mutex_);
  // Not if the keys were changed meanwhile.
  if (keys == keys_) {
    if (known_.size() >= limits::kMaxKnownTokens) known_.clear();
    known_.insert_or_assign(std::string(token), shared);
  }
  return shared;
}

}  // namespace chipline::security
