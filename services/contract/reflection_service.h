#ifndef CHIPLINE_SERVICES_CONTRACT_REFLECTION_SERVICE_H_
#define CHIPLINE_SERVICES_CONTRACT_REFLECTION_SERVICE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/codegen/service_type.h"

#include "services/rpc/access.h"
#include "storage/executor.h"

namespace chipline::contract {

class ReflectionCalls;

// How many clients may have reflection open. An answer has up to some 400 KiB.
inline constexpr size_t kMaxReflections = 64;

// gRPC's server reflection, v1 and v1alpha: what Debian's gRPC brings is v1alpha alone, and without
// comments. Each client is answered one question at a time, the next once it took the answer to the
// last; one more client than kMaxReflections takes the place of the one that has said nothing for
// the longest. Thread-safe.
class ReflectionService {
 public:
  // `services` are the full names of those that the server serves besides these two. Answers are
  // made on `executor`. Both that and `gate` must outlive the gRPC server, as this must.
  ReflectionService(std::vector<std::string> services, Executor& executor, const Gate* gate);
  ~ReflectionService();

  // To be registered.
  std::vector<grpc::Service*> services();

  // Ends every call, and refuses new ones for good.
  void Drain();

 private:
  const std::shared_ptr<ReflectionCalls> calls_;
  const std::vector<std::unique_ptr<grpc::Service>> services_;
};

}  // namespace chipline::contract

#endif  // CHIPLINE_SERVICES_CONTRACT_REFLECTION_SERVICE_H_
