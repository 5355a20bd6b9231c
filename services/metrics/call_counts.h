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

// Of the bytes of one call's messages: those of gRFC A66, without what no call here reaches.
inline constexpr double kSizeBounds[] = {1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304};

// The calls of one method, since the start.
struct MethodCounts {
  MethodCounts();

  std::atomic<uint64_t> started{0};
  // Of those that ended, by status code, for how long they took.
  std::vector<std::unique_ptr<Histogram>> seconds;
  // Of those that ended, the bytes of all their messages. gRPC compresses none.
  Histogram received_bytes{kSizeBounds};
  Histogram sent_bytes{kSizeBounds};
};

// The calls that a server takes, by method and status. Thread-safe.
class CallCounts {
 public:
  // `methods` as "package.Service/Method", which must be raw ones of grpc::ByteBuffer. Calls of
  // others are counted together, as "other", and without the sizes of their messages.
  explicit CallCounts(const std::vector<std::string>& methods);

  // Of "/package.Service/Method".
  MethodCounts& Of(std::string_view path);
  bool IsOther(const MethodCounts& counts) const { return &counts == other_; }
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
