#ifndef CHIPLINE_SERVICES_METRICS_CALL_COUNTS_H_
#define CHIPLINE_SERVICES_METRICS_CALL_COUNTS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/support/server_interceptor.h"

#include "storage/histogram.h"

namespace chipline::metrics {

// Codes of gRPC, from OK to UNAUTHENTICATED.
inline constexpr size_t kStatusCodes = 17;

// The calls of one method, since the start.
struct MethodCounts {
  MethodCounts();

  std::atomic<uint64_t> started{0};
  // Of those that ended, by status code, for how long they took.
  std::vector<std::unique_ptr<Histogram>> seconds;
};

// The calls that a server takes, by method and status. Thread-safe.
class CallCounts {
 public:
  // `methods` as "package.Service/Method". Calls of others are counted together, as "other".
  explicit CallCounts(const std::vector<std::string>& methods);

  // Of "/package.Service/Method".
  MethodCounts& Of(std::string_view path);
  const std::map<std::string, MethodCounts, std::less<>>& methods() const { return methods_; }

 private:
  // Its keys never change.
  std::map<std::string, MethodCounts, std::less<>> methods_;
  MethodCounts* other_;
};

// Counts every call of the server that it is given to; `counts` must outlive that server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewCallCounter(
    CallCounts& counts);

// "OK", "CANCELLED": the name of a code, as gRPC writes it.
std::string NameOf(size_t code);

}  // namespace chipline::metrics

#endif  // CHIPLINE_SERVICES_METRICS_CALL_COUNTS_H_
