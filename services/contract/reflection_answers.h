#ifndef CHIPLINE_SERVICES_CONTRACT_REFLECTION_ANSWERS_H_
#define CHIPLINE_SERVICES_CONTRACT_REFLECTION_ANSWERS_H_

#include <string>
#include <vector>

#include "grpc/reflection/v1/reflection.pb.h"

#include "services/contract/descriptors.h"

namespace chipline::contract {

// What reflection answers. Immutable, so safe to share.
class ReflectionAnswers {
 public:
  // The full names of the services that the server serves.
  explicit ReflectionAnswers(std::vector<std::string> services);

  // As gRPC's own reflection answers: what is not there is an error_response with NOT_FOUND, a
  // question without a kind one with UNIMPLEMENTED. It never fails. v1alpha is the same bytes.
  grpc::reflection::v1::ServerReflectionResponse Answer(
      const grpc::reflection::v1::ServerReflectionRequest& question) const;

 private:
  const std::vector<std::string> services_;
  const Descriptors descriptors_;
};

}  // namespace chipline::contract

#endif  // CHIPLINE_SERVICES_CONTRACT_REFLECTION_ANSWERS_H_
