#ifndef CHIPLINE_SERVICES_RPC_ACCESS_H_
#define CHIPLINE_SERVICES_RPC_ACCESS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"

// Who may do what, as the RPC rooms see it. Whether a caller may call a method at all is decided
// before any of them hears of the call (services/security); what is left to ask here is which
// subjects, and, in a stream, whether that still holds.
namespace chipline {

// Patterns of the subjects that a caller is kept to; null: every subject.
using SubjectGrant = std::shared_ptr<const std::vector<std::string>>;

// What one call's caller may do with the method that it called. Immutable and thread-safe. Must not
// outlive its gate.
class Access {
 public:
  virtual ~Access() = default;

  // The caller as the policy and the operator name it.
  virtual const std::string& principal() const = 0;

  // What the policy of this moment grants. PERMISSION_DENIED if that is nothing any more;
  // UNAUTHENTICATED if the caller's credentials have expired. Cheap while the policy and the keys
  // stay as they are: a lock of this access alone, and no parsing. Once they change, the first call
  // identifies the caller and asks the policy again.
  virtual absl::StatusOr<SubjectGrant> Now() const = 0;

  // PERMISSION_DENIED, reason SUBJECT_NOT_GRANTED, with method, principal and what is lacking. The
  // operator is told.
  virtual absl::Status Refuse(std::string_view lacking) const = 0;
};

// Where callers become known. Thread-safe. Must outlive the gRPC server.
class Gate {
 public:
  virtual ~Gate() = default;

  // The access of the caller of `method`, for example "chipline.v1.EventLogService/GetEvent". The
  // codes are those of Access::Now.
  virtual absl::StatusOr<std::shared_ptr<const Access>> Admit(const grpc::ServerContextBase& call,
                                                              std::string_view method) const = 0;

  // The same for a stream, which counts as one of its caller's for as long as the access lives.
  // RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS, if the caller has as many as one may have.
  virtual absl::StatusOr<std::shared_ptr<const Access>> AdmitStream(
      const grpc::ServerContextBase& call, std::string_view method) const = 0;
};

// Whom a call counts for where callers take turns (Executor): the address that it comes from,
// without the port, so that more connections give nobody more turns.
std::string AddressOf(const grpc::ServerContextBase& call);

// Null if `gate` is: then everybody may do everything. `method` is as in
// "EventLogService.GetEvent".
absl::StatusOr<std::shared_ptr<const Access>> Admit(const Gate* gate,
                                                    const grpc::ServerContextBase& call,
                                                    std::string_view method);
absl::StatusOr<std::shared_ptr<const Access>> AdmitStream(const Gate* gate,
                                                          const grpc::ServerContextBase& call,
                                                          std::string_view method);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_ACCESS_H_
