#ifndef CHIPLINE_SERVICES_SERVER_CONNECTION_WATCH_H_
#define CHIPLINE_SERVICES_SERVER_CONNECTION_WATCH_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/rpc/line_limit.h"
#include "services/rpc/notice.h"
#include "services/server/connections.h"
#include "storage/clock.h"
#include "storage/mutex.h"

namespace chipline::server {

// What connections may have open.
struct ConnectionBounds {
  // Calls of one connection that are not gone yet.
  uint64_t calls = 0;
  // Memory that the calls of all connections take, by CallBytes.
  uint64_t bytes = 0;
  // Memory of the program, beside what each connection takes at rest.
  uint64_t memory = 0;
};

// A connection that is to be ended, and why.
struct Overuse {
  const ConnectionUse* connection;
  std::string_view cause;
};

// About what the calls of a connection take: each call, and what has come of requests that are not
// whole. gRPC has no count of the latter. Each message that came whole is taken to have had the
// most that a request may have, so what is counted has surely come and is surely not whole.
uint64_t CallBytes(const ConnectionUse& connection);

// Which of the connections are to be ended so that the bounds are kept: each that has more calls,
// or has sent more than its calls and what it was sent can account for; then those with the most
// requests that are not whole, until their bytes are within the bound. If that leaves all as they
// are and the program has more `memory` than it may, the one with the most: metadata that unfolds
// to a hundred times its size shows in nothing else. Pure.
std::vector<Overuse> FindOveruse(const std::vector<ConnectionUse>& connections,
                                 const ConnectionBounds& bounds, uint64_t memory);

// Ends connections that take more than their share of the server's memory.
//
// gRPC 1.51 keeps a client to the calls and the size of metadata that it may have only once the
// client has acknowledged the SETTINGS that say so, and it counts the memory of calls nowhere. A
// call whose request does not come whole reaches no service, so nobody else can refuse it. This
// looks from outside: ten times a second at the program's memory, which costs next to nothing, and
// at the connections only when it has grown. It has a thread of its own.
class ConnectionWatch {
 public:
  // `max_connection_streams` is what clients are told, `cache_bytes` what all caches may take.
  // `clock` must outlive it.
  ConnectionWatch(int port, size_t max_connection_streams, uint64_t cache_bytes, const Clock& clock,
                  NoticeSink sink);
  ~ConnectionWatch();
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;

  // Whether a new connection may be taken: not from a host of which one was ended a moment ago.
  // Clearing its calls away takes more time than it takes to make them, so whoever could connect
  // again at once would pile them up.
  bool Admits(std::string_view peer) const;

 private:
  void Run();
  // Returns whether connections that were ended are still being cleared away.
  bool Look(uint64_t memory);
  void Refuse(const std::vector<std::string>& peers);
  void Tell(const Overuse& overuse);

  const int port_;
  const ConnectionBounds bounds_;
  const NoticeSink sink_;
  LineLimit lines_;

  // Those that were ended and whose calls gRPC still clears away. For the thread.
  absl::flat_hash_set<int64_t> ended_;

  mutable Mutex mutex_;
  // Hosts whose connections are not taken, and until when.
  absl::flat_hash_map<std::string, std::chrono::steady_clock::time_point> refused_
      ABSL_GUARDED_BY(mutex_);
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_CONNECTION_WATCH_H_
