#include "services/server/connection_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "services/server/descriptor.h"
#include "storage/limits.h"
#include "storage/thread_name.h"

namespace chipline::server {
namespace {

// How often memory is looked at, and how often while connections are being ended.
constexpr std::chrono::milliseconds kInterval{100};
constexpr std::chrono::milliseconds kBusyInterval{10};
// How long a host is refused once what it had is cleared away.
constexpr std::chrono::seconds kRefusal{5};
// The connections are looked at once memory has grown by so much, or by an eighth.
constexpr uint64_t kGrowthBytes = 16 * 1024 * 1024;

// Beyond what a client is told that it may have: calls that it reset and that are not gone yet.
constexpr uint64_t kResetCalls = 1024;
// What gRPC and a service's handler take for one call.
constexpr uint64_t kCallBytes = 12 * 1024;
// Room for limits::kMaxStreams streams, and 64 requests of the most that one may have.
constexpr uint64_t kAllCallsBytes =
    limits::kMaxStreams * kCallBytes + 64 * limits::kMaxRequestBytes;

// What a program without calls takes beside its caches, at the very most, and what a connection at
// rest takes.
constexpr uint64_t kOwnBytes = uint64_t{1} << 30;
constexpr uint64_t kConnectionBytes = 64 * 1024;
// What may have come that belongs to no call.
constexpr uint64_t kMaxStrayBytes = 64 * 1024 * 1024;

// Calls whose request has not come whole.
uint64_t Unfinished(const ConnectionUse& connection) {
  return std::min(connection.open,
                  connection.begun - std::min(connection.begun, connection.messages));
}

// What has come of requests that are not whole, at least.
uint64_t UnfinishedBytes(const ConnectionUse& connection) {
  const uint64_t whole = connection.messages * limits::kMaxRequestBytes;
  return std::min(Unfinished(connection) * limits::kMaxRequestBytes,
                  connection.bytes - std::min(connection.bytes, whole));
}

// What has come beyond the most that the calls and messages may have, and beyond answers to what
// was sent: frames that widen windows and acknowledge.
uint64_t StrayBytes(const ConnectionUse& connection) {
  const uint64_t explained =
      (connection.begun + connection.messages) * limits::kMaxRequestBytes + connection.sent;
  return connection.bytes - std::min(connection.bytes, explained);
}

// The more, the sooner a connection is ended: first by what its unfinished requests take, and
// where those are alike by what all of its calls take.
std::pair<uint64_t, uint64_t> Rank(const ConnectionUse* connection) {
  return {Unfinished(*connection) * kCallBytes + UnfinishedBytes(*connection),
          CallBytes(*connection)};
}

// The program's resident memory, read again and again.
class ResidentMemory {
 public:
  // 0 if it cannot be read.
  uint64_t Read() const {
    char text[128] = {};
    if (pread(file_.get(), text, sizeof text - 1, 0) <= 0) return 0;
    // The second number, in pages.
    const std::string_view line = text;
    const size_t at = line.find(' ') + 1;
    uint64_t pages = 0;
    std::from_chars(line.data() + at, line.data() + line.size(), pages);
    return pages * page_bytes_;
  }

 private:
  const Descriptor file_{open("/proc/self/statm", O_RDONLY | O_CLOEXEC)};
  const uint64_t page_bytes_ = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
};

}  // namespace

uint64_t CallBytes(const ConnectionUse& connection) {
  return connection.open * kCallBytes + UnfinishedBytes(connection);
}

std::vector<Overuse> FindOveruse(const std::vector<ConnectionUse>& connections,
                                 const ConnectionBounds& bounds, uint64_t memory) {
  std::vector<Overuse> found;
  std::vector<const ConnectionUse*> rest;
  uint64_t bytes = 0;
  for (const ConnectionUse& connection : connections) {
    if (connection.open > bounds.calls) {
      found.push_back({&connection, "it has more calls at a time than it was told it may have"});
    } else if (StrayBytes(connection) > kMaxStrayBytes) {
      found.push_back({&connection, "it sends much that belongs to no request"});
    } else {
      rest.push_back(&connection);
      bytes += CallBytes(connection);
    }
  }
  std::sort(rest.begin(), rest.end(),
            [](const ConnectionUse* a, const ConnectionUse* b) { return Rank(a) > Rank(b); });
  for (const ConnectionUse* connection : rest) {
    if (bytes <= bounds.bytes) break;
    found.push_back({connection,
                     "the calls of all connections take too much memory, and it has the most "
                     "requests that do not end"});
    bytes -= CallBytes(*connection);
  }
  if (found.empty() && memory > bounds.memory + connections.size() * kConnectionBytes &&
      !rest.empty() && Unfinished(*rest.front()) > 0) {
    found.push_back({rest.front(),
                     "the server has too much memory, and this connection has the most requests "
                     "that do not end"});
  }
  return found;
}

ConnectionWatch::ConnectionWatch(int port, size_t max_connection_streams, uint64_t cache_bytes,
                                 const Clock& clock, NoticeSink sink)
    : port_(port),
      bounds_{max_connection_streams + kResetCalls, kAllCallsBytes, cache_bytes + kOwnBytes},
      sink_(std::move(sink)),
      lines_(clock, 10, absl::Seconds(10)),
      thread_([this] { Run(); }) {}

ConnectionWatch::~ConnectionWatch() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

void ConnectionWatch::Run() {
  NameThread("chip-watch");
  const ResidentMemory resident;
  uint64_t seen = resident.Read();
  bool busy = false;
  while (true) {
    {
      const auto next = std::chrono::steady_clock::now() + (busy ? kBusyInterval : kInterval);
      const MutexLock lock(mutex_);
      while (!closed_ && wake_.WaitUntil(mutex_, next)) {
      }
      if (closed_) return;
    }
    const uint64_t memory = resident.Read();
    seen = std::min(seen, memory);
    const bool grown = memory - seen >= std::max(kGrowthBytes, seen / 8);
    if (!grown && !busy) continue;
    if (grown) seen = memory;
    // What was ended keeps its memory for a moment: that alone is no reason to end more.
    busy = Look(grown ? memory : 0);
  }
}

bool ConnectionWatch::Look(uint64_t memory) {
  std::vector<ConnectionUse> connections = ReadConnections(port_);
  absl::flat_hash_set<int64_t> going;
  std::vector<std::string> peers;
  std::erase_if(connections, [&](const ConnectionUse& connection) {
    if (!ended_.contains(connection.id)) return false;
    going.insert(connection.id);
    peers.push_back(connection.peer);
    return true;
  });
  const std::vector<Overuse> found = FindOveruse(connections, bounds_, memory);
  for (const Overuse& overuse : found) {
    going.insert(overuse.connection->id);
    peers.push_back(overuse.connection->peer);
  }
  ended_ = std::move(going);
  if (peers.empty()) return false;
  Refuse(peers);
  if (!found.empty()) ShutDownConnections(port_, peers);
  for (const Overuse& overuse : found) Tell(overuse);
  return true;
}

void ConnectionWatch::Refuse(const std::vector<std::string>& peers) {
  const auto now = std::chrono::steady_clock::now();
  const MutexLock lock(mutex_);
  absl::erase_if(refused_, [&](const auto& host) { return host.second <= now; });
  for (const std::string& peer : peers) {
    refused_.insert_or_assign(std::string(HostOf(peer)), now + kRefusal);
  }
}

bool ConnectionWatch::Admits(std::string_view peer) const {
  const std::string_view host = HostOf(peer);
  const MutexLock lock(mutex_);
  const auto refused = refused_.find(absl::string_view(host.data(), host.size()));
  return refused == refused_.end() || refused->second <= std::chrono::steady_clock::now();
}

void ConnectionWatch::Tell(const Overuse& overuse) {
  const LineLimit::Turn turn = lines_.Take();
  if (!turn.write) return;
  const ConnectionUse& connection = *overuse.connection;
  sink_({true,
         "a connection was ended",
         {{"cause", std::string(overuse.cause)},
          {"peer", connection.peer},
          {"calls", std::to_string(connection.open)},
          {"unfinished", std::to_string(Unfinished(connection))},
          {"unfinished_bytes", std::to_string(UnfinishedBytes(connection))},
          {"ended_before", std::to_string(turn.left_out)}}});
}

}  // namespace chipline::server
