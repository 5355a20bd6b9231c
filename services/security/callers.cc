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
// Of 8 KiB at most.
constexpr size_t kMaxRefusedTokens = 1024;

// What follows "Bearer ", in any case. Empty if the value does not begin so.
std::string_view TokenOf(const Credentials& credentials) {
  const std::string_view value = credentials.authorization;
  const bool bearer = absl::StartsWithIgnoreCase(absl::string_view(value.data(), value.size()),
                                                 absl::string_view(kBearer.data(), kBearer.size()));
  return bearer ? value.substr(kBearer.size()) : std::string_view();
}

absl::Status Unauthenticated(std::string_view words) {
  return Error(absl::StatusCode::kUnauthenticated, "NO_CREDENTIALS", words);
}

}  // namespace

void Callers::SetKeys(TokenKeys keys) {
  auto shared = std::make_shared<const TokenKeys>(std::move(keys));
  const MutexLock lock(mutex_);
  keys_ = std::move(shared);
  known_.clear();
  refused_.clear();
}

bool Callers::NeedsCheck(const Credentials& credentials) const {
  const std::string_view token = TokenOf(credentials);
  if (credentials.ambiguous || credentials.forged || token.empty() ||
      token.size() > limits::kMaxTokenBytes)
    return false;
  const absl::string_view key(token.data(), token.size());
  const MutexLock lock(mutex_);
  return keys_ != nullptr && !known_.contains(key) && !refused_.contains(key);
}

absl::StatusOr<std::shared_ptr<const Identity>> Callers::Identify(const Credentials& credentials) {
  if (credentials.forged) {
    return Unauthenticated("the call has metadata that only the server itself may set");
  }
  if (credentials.ambiguous) {
    return Unauthenticated("the call has several values of the metadata authorization");
  }
  if (credentials.authorization.empty()) {
    RETURN_IF_ERROR(credentials.certificate.status());
    return std::make_shared<const Identity>(*credentials.certificate);
  }
  const std::string_view token = TokenOf(credentials);
  if (token.empty()) {
    return Unauthenticated("the metadata authorization is not \"Bearer\" and a token");
  }
  return IdentifyToken(token);
}

absl::StatusOr<std::shared_ptr<const Identity>> Callers::IdentifyToken(std::string_view token) {
  const absl::Time now = clock_.Now();
  std::shared_ptr<const TokenKeys> keys;
  {
    const MutexLock lock(mutex_);
    keys = keys_;
    const absl::string_view key(token.data(), token.size());
    const auto known = known_.find(key);
    if (known != known_.end()) {
      if (now < known->second->expire_time) return known->second;
      known_.erase(known);
    }
    const auto refused = refused_.find(key);
    if (refused != refused_.end()) return refused->second;
  }
  if (keys == nullptr) return Unauthenticated("this server takes no bearer tokens");
  absl::StatusOr<Identity> identity = ReadToken(token, *keys, rules_, now);
  const MutexLock lock(mutex_);
  // What the keys say is remembered, unless they were changed meanwhile.
  if (!identity.ok()) {
    // The others depend on the time.
    if (keys == keys_ && ReasonOf(identity.status()) == "TOKEN_INVALID" &&
        token.size() <= limits::kMaxTokenBytes) {
      if (refused_.size() >= kMaxRefusedTokens) refused_.clear();
      refused_.insert_or_assign(std::string(token), identity.status());
    }
    return identity.status();
  }
  auto shared = std::make_shared<const Identity>(*std::move(identity));
  if (keys == keys_) {
    if (known_.size() >= limits::kMaxKnownTokens) known_.clear();
    known_.insert_or_assign(std::string(token), shared);
  }
  return shared;
}

}  // namespace chipline::security
