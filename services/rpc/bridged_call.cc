#include "services/rpc/bridged_call.h"

#include <random>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "fmt/format.h"
#include "storage/mutex.h"

namespace chipline {
namespace {

struct Entry {
  std::shared_ptr<const BridgedCaller> caller;
  // The call that brought the handle; null before it came.
  const grpc::ServerContextBase* call = nullptr;
};

// One table for the program, since a call is all that the services have to look a caller up by.
// Handles are random, so servers in one program do not meet here.
struct Table {
  Mutex mutex;
  absl::flat_hash_map<std::string, Entry> entries ABSL_GUARDED_BY(mutex);
};

Table& TheTable() {
  static auto* const table = new Table;
  return *table;
}

// 128 bits that nobody can guess: libstdc++ takes them from the processor or the kernel.
std::string NewHandle() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// gRPC gives calls over TCP an address and calls of its in-process transport none.
bool IsInProcess(const std::string& peer) {
  return !peer.starts_with("ipv4:") && !peer.starts_with("ipv6:") && !peer.starts_with("unix");
}

}  // namespace

BridgedCall::BridgedCall(BridgedCaller caller) : handle_(NewHandle()) {
  auto shared = std::make_shared<const BridgedCaller>(std::move(caller));
  Table& table = TheTable();
  const MutexLock lock(table.mutex);
  table.entries.emplace(handle_, Entry{std::move(shared)});
}

BridgedCall::~BridgedCall() {
  Table& table = TheTable();
  const MutexLock lock(table.mutex);
  table.entries.erase(handle_);
}

std::shared_ptr<const BridgedCaller> FindBridgedCaller(const grpc::ServerContextBase& call) {
  const auto [begin, end] = call.client_metadata().equal_range(kBridgeKey);
  if (begin == end || std::next(begin) != end || !IsInProcess(call.peer())) return nullptr;
  Table& table = TheTable();
  const MutexLock lock(table.mutex);
  const auto found =
      table.entries.find(absl::string_view(begin->second.data(), begin->second.size()));
  if (found == table.entries.end()) return nullptr;
  Entry& entry = found->second;
  if (entry.call == nullptr) entry.call = &call;
  return entry.call == &call ? entry.caller : nullptr;
}

std::string PeerOf(const grpc::ServerContextBase& call) {
  const std::shared_ptr<const BridgedCaller> caller = FindBridgedCaller(call);
  return caller == nullptr ? call.peer() : caller->peer;
}

}  // namespace chipline
