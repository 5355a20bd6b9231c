#ifndef CHIPLINE_SERVICES_SECURITY_GATEKEEPER_H_
#define CHIPLINE_SERVICES_SECURITY_GATEKEEPER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/rpc/access.h"
#include "services/security/callers.h"
#include "services/security/policy.h"
#include "services/security/principal_streams.h"
#include "services/security/refusals.h"
#include "storage/clock.h"
#include "storage/mutex.h"

namespace chipline::security {

class CallAccess;

// Decides about calls: who makes one, and what the policy lets them do. CheckCall is asked for
// every call of every service, by gRPC itself and before any service hears of it (TlsCredentials),
// so a method that nobody has thought of is refused like one that nobody granted. Who may use
// reflection is let through to what does not exist, which gRPC answers. The services then ask Admit
// for what is left: the subjects, and whether a stream may go on.
//
// Policy and keys can be changed at any time; calls under way notice. Thread-safe. Accesses must
// not outlive it.
class Gatekeeper final : public Gate {
 public:
  // `clock` must outlive it.
  Gatekeeper(const Clock& clock, TokenRules rules, size_t max_principal_streams, NoticeSink sink);

  // Without a policy every caller who is known may do everything.
  void SetPolicy(Policy policy);
  void SetKeys(TokenKeys keys);

  // Whether CheckCall would have to check a token's signature, so that gRPC's thread must not wait.
  bool NeedsCheck(const Credentials& credentials, std::string_view path) const;
  // OK, UNAUTHENTICATED or PERMISSION_DENIED for a call of `path`, for example
  // "/chipline.v1.EventLogService/GetHead". grpc.health.v1 is open to everybody, as probes have no
  // credentials.
  absl::Status CheckCall(const Credentials& credentials, std::string_view path) const;

  absl::StatusOr<std::shared_ptr<const Access>> Admit(const grpc::ServerContextBase& call,
                                                      std::string_view method) const override;
  absl::StatusOr<std::shared_ptr<const Access>> AdmitStream(const grpc::ServerContextBase& call,
                                                            std::string_view method) const override;

  // To be called now and then: see Refusals.
  void Flush() { refusals_.Flush(); }

 private:
  friend class CallAccess;

  // Who calls, and which subjects of the method are theirs.
  struct Standing {
    std::shared_ptr<const Identity> identity;
    SubjectGrant grant;
  };
  // Decides about a call, and tells the operator if it is refused.
  absl::StatusOr<Standing> Decide(const Credentials& credentials, std::string_view method,
                                  std::string_view peer) const;
  absl::StatusOr<SubjectGrant> FindGrant(const Identity& identity, std::string_view method) const;
  absl::StatusOr<std::shared_ptr<CallAccess>> NewAccess(const grpc::ServerContextBase& call,
                                                        std::string_view method) const;
  // Tells the operator, and returns what the client is told.
  absl::Status Refuse(const Refusal& refusal) const;
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  const Clock& clock_;
  mutable Callers callers_;
  mutable Refusals refusals_;
  const std::shared_ptr<PrincipalStreams> streams_;
  // Grows with each change of policy or keys.
  std::atomic<uint64_t> generation_{1};

  mutable Mutex mutex_;
  std::shared_ptr<const Policy> policy_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_GATEKEEPER_H_
