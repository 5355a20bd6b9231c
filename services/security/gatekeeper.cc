#include "services/security/gatekeeper.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "grpcpp/security/auth_context.h"

#include "fmt/format.h"
#include "services/rpc/bridged_call.h"
#include "services/rpc/reflection_names.h"
#include "services/rpc/trace.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::security {
namespace {

constexpr std::string_view kHealth = "/grpc.health.v1.Health/";

Credentials CredentialsOf(const grpc::ServerContextBase& call) {
  Credentials credentials;
  const std::shared_ptr<const grpc::AuthContext> peer = call.auth_context();
  if (const std::shared_ptr<const BridgedCaller> caller = FindBridgedCaller(call)) {
    credentials.certificate = PeerIdentity(PropertiesOf(caller->certificate));
  } else if (peer != nullptr) {
    credentials.certificate = PeerIdentity([&peer](const char* name) {
      std::vector<std::string> values;
      for (const grpc::string_ref& value : peer->FindPropertyValues(name)) {
        values.emplace_back(value.data(), value.size());
      }
      return values;
    });
  }
  const auto [begin, end] = call.client_metadata().equal_range("authorization");
  for (auto each = begin; each != end; ++each) {
    credentials.ambiguous = each != begin;
    credentials.authorization.assign(each->second.data(), each->second.size());
  }
  credentials.trace = TraceOf(call);
  return credentials;
}

bool IsReflection(std::string_view method) {
  return std::find(std::begin(kReflectionMethods), std::end(kReflectionMethods), method) !=
         std::end(kReflectionMethods);
}

std::optional<SubjectGrant> FindReflection(const Policy& policy,
                                           const std::vector<std::string>& names) {
  for (const std::string_view method : kReflectionMethods) {
    if (std::optional<SubjectGrant> grant = policy.Find(names, method)) return grant;
  }
  return std::nullopt;
}

// Whether the program knows the method. All that are served are known, and some others may be.
bool Exists(std::string_view method) {
  std::string name(method);
  std::replace(name.begin(), name.end(), '/', '.');
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name) != nullptr;
}

}  // namespace

// One call's standing, found anew whenever policy or keys change.
class CallAccess final : public Access {
 public:
  CallAccess(const Gatekeeper& gate, std::string_view method, std::string peer,
             Credentials credentials, Gatekeeper::Standing standing, uint64_t generation)
      : gate_(gate),
        method_(method),
        peer_(std::move(peer)),
        credentials_(std::move(credentials)),
        identity_(std::move(standing.identity)),
        generation_(generation),
        grant_(std::move(standing.grant)) {}

  const std::string& principal() const override { return identity_->principal; }

  absl::StatusOr<SubjectGrant> Now() const override {
    if (identity_->expire_time != absl::InfiniteFuture() &&
        gate_.clock_.Now() >= identity_->expire_time) {
      return Refused(Error(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
                           "the bearer token has expired; call again with a new one"));
    }
    const uint64_t generation = gate_.generation();
    const MutexLock lock(mutex_);
    if (generation == generation_) return grant_;
    ASSIGN_OR_RETURN(Gatekeeper::Standing standing, gate_.Decide(credentials_, method_, peer_));
    generation_ = generation;
    grant_ = std::move(standing.grant);
    return grant_;
  }

  absl::Status Refuse(std::string_view lacking) const override {
    return Refused(Error(absl::StatusCode::kPermissionDenied, "SUBJECT_NOT_GRANTED", lacking));
  }

  // Tells the operator, and returns what the client is told.
  absl::Status Refused(const absl::Status& status) const {
    return gate_.Refuse({method_, principal(), peer_, status, credentials_.trace.trace_id()});
  }

  // To be given back when the stream is over.
  void Hold(std::shared_ptr<const void> stream) { stream_ = std::move(stream); }

 private:
  const Gatekeeper& gate_;
  const std::string method_;
  const std::string peer_;
  const Credentials credentials_;
  const std::shared_ptr<const Identity> identity_;
  std::shared_ptr<const void> stream_;

  mutable Mutex mutex_;
  mutable uint64_t generation_ ABSL_GUARDED_BY(mutex_);
  mutable SubjectGrant grant_ ABSL_GUARDED_BY(mutex_);
};

Gatekeeper::Gatekeeper(const Clock& clock, TokenRules rules, size_t max_principal_streams,
                       NoticeSink sink)
    : clock_(clock),
      callers_(clock, std::move(rules)),
      refusals_(clock, std::move(sink)),
      streams_(std::make_shared<PrincipalStreams>(max_principal_streams)) {}

void Gatekeeper::SetPolicy(Policy policy) {
  auto shared = std::make_shared<const Policy>(std::move(policy));
  {
    const MutexLock lock(mutex_);
    policy_ = std::move(shared);
  }
  generation_.fetch_add(1, std::memory_order_release);
}

void Gatekeeper::SetKeys(TokenKeys keys) {
  callers_.SetKeys(std::move(keys));
  generation_.fetch_add(1, std::memory_order_release);
}

absl::Status Gatekeeper::Refuse(const Refusal& refusal) const {
  refusals_.Note(refusal);
  const absl::string_view words = refusal.status.message();
  return Error(
      refusal.status.code(), ReasonOf(refusal.status),
      fmt::format("{}: {}", refusal.method, std::string_view(words.data(), words.size())),
      {{"method", std::string(refusal.method)}, {"principal", std::string(refusal.principal)}});
}

absl::StatusOr<SubjectGrant> Gatekeeper::FindGrant(const Identity& identity,
                                                   std::string_view method) const {
  std::shared_ptr<const Policy> policy;
  {
    const MutexLock lock(mutex_);
    policy = policy_;
  }
  if (policy == nullptr) return SubjectGrant();
  std::optional<SubjectGrant> grant = IsReflection(method) ? FindReflection(*policy, identity.names)
                                                           : policy->Find(identity.names, method);
  if (grant.has_value()) return *std::move(grant);
  // What does not exist is no secret from whoever may ask what does; gRPC answers UNIMPLEMENTED.
  // Clients need that: they ask for a newer method first, and for the older one if there is none.
  // The metrics are no method, and are there all the same.
  if (method != kMetricsMethod && !Exists(method) &&
      FindReflection(*policy, identity.names).has_value()) {
    return SubjectGrant();
  }
  return Error(absl::StatusCode::kPermissionDenied, "METHOD_NOT_GRANTED",
               fmt::format("the policy does not grant this method to {}", identity.principal));
}

absl::StatusOr<Gatekeeper::Standing> Gatekeeper::Decide(const Credentials& credentials,
                                                        std::string_view method,
                                                        std::string_view peer) const {
  Standing standing;
  absl::StatusOr<std::shared_ptr<const Identity>> identity = callers_.Identify(credentials);
  const std::string_view trace_id = credentials.trace.trace_id();
  if (!identity.ok()) return Refuse({method, "", peer, identity.status(), trace_id});
  standing.identity = *std::move(identity);
  absl::StatusOr<SubjectGrant> grant = FindGrant(*standing.identity, method);
  if (!grant.ok()) {
    return Refuse({method, standing.identity->principal, peer, grant.status(), trace_id});
  }
  standing.grant = *std::move(grant);
  return standing;
}

bool Gatekeeper::NeedsCheck(const Credentials& credentials, std::string_view path) const {
  return !path.starts_with(kHealth) && callers_.NeedsCheck(credentials);
}

absl::Status Gatekeeper::CheckCall(const Credentials& credentials, std::string_view path) const {
  if (path.starts_with(kHealth)) return absl::OkStatus();
  const std::string_view method = path.starts_with('/') ? path.substr(1) : path;
  // The caller's address is not to be had here.
  return Decide(credentials, method, "").status();
}

absl::StatusOr<std::shared_ptr<CallAccess>> Gatekeeper::NewAccess(
    const grpc::ServerContextBase& call, std::string_view method) const {
  // Taken before deciding, so that a change meanwhile is noticed.
  const uint64_t generation = this->generation();
  Credentials credentials = CredentialsOf(call);
  std::string peer = PeerOf(call);
  ASSIGN_OR_RETURN(Standing standing, Decide(credentials, method, peer));
  return std::make_shared<CallAccess>(*this, method, std::move(peer), std::move(credentials),
                                      std::move(standing), generation);
}

absl::StatusOr<std::shared_ptr<const Access>> Gatekeeper::Admit(const grpc::ServerContextBase& call,
                                                                std::string_view method) const {
  return NewAccess(call, method);
}

absl::StatusOr<std::shared_ptr<const Access>> Gatekeeper::AdmitStream(
    const grpc::ServerContextBase& call, std::string_view method) const {
  ASSIGN_OR_RETURN(std::shared_ptr<CallAccess> access, NewAccess(call, method));
  absl::StatusOr<std::shared_ptr<const void>> stream = streams_->Open(access->principal());
  if (!stream.ok()) return access->Refused(stream.status());
  access->Hold(*std::move(stream));
  return access;
}

}  // namespace chipline::security
