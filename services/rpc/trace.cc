#include "services/rpc/trace.h"

#include <iterator>

namespace chipline {

storage::Traceparent TraceOf(const grpc::ServerContextBase& call) {
  const auto [begin, end] = call.client_metadata().equal_range(storage::Traceparent::kHeader);
  if (begin == end || std::next(begin) != end) return {};
  return storage::Traceparent::Parse({begin->second.data(), begin->second.size()});
}

}  // namespace chipline
