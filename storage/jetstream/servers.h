#ifndef CHIPLINE_STORAGE_JETSTREAM_SERVERS_H_
#define CHIPLINE_STORAGE_JETSTREAM_SERVERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/jetstream/connection.h"

namespace chipline::jetstream {

// What one nats-server says of itself.
struct ServerFacts {
  // Tells it from others; changes when it is started again.
  std::string id;
  // "server_name" of its configuration.
  std::string name;
  std::string version;
  // Largest message, in bytes.
  int64_t max_payload = 0;
  // Whether JetStream syncs each message to disk before it acknowledges (sync_interval: always).
  // Nothing if that was not to be learnt.
  std::optional<bool> sync_always;
};

// Facts on the servers of a cluster, each once, and who gave none.
struct ServersSeen {
  std::vector<ServerFacts> servers;
  // A status for each address that did not answer; it names the address.
  std::vector<absl::Status> silent;
};

// How long a server may take to greet.
inline constexpr absl::Duration kGreetingTimeout = absl::Seconds(2);

// Asks every server that `connection` knows, given or learnt, over TCP for the line by which it
// greets its clients. Needs no credentials; says nothing of syncing. Blocks for at most `timeout` a
// server.
ServersSeen AskGreetings(const Connection& connection, absl::Duration timeout);

// Asks the monitors ("http://HOST:PORT" each), which say everything.
ServersSeen AskMonitors(const std::vector<std::string>& urls, absl::Duration timeout);

// Adds what `more` says: new servers, and what was not known of the others.
void Merge(const ServersSeen& more, ServersSeen& seen);

struct ServerRequirements {
  // Older ones lose acknowledged messages, or cannot sync before they acknowledge.
  std::string oldest_version = "2.10.27";
  // A command has up to 1.9 MB.
  int64_t max_payload = 2'000'000;
  // Also a server that says nothing of syncing is refused.
  bool synced = false;
};

// FAILED_PRECONDITION, reason SERVER_UNFIT, that names every server that does not meet them, what
// it has, what it must have and how that is set. A server that is known not to sync is refused only
// if `synced` is required; SyncVerified tells otherwise.
absl::Status CheckServers(const std::vector<ServerFacts>& servers,
                          const ServerRequirements& required);

// True if all are known to sync, false if one is known not to, nothing if one is not known.
std::optional<bool> SyncVerified(const std::vector<ServerFacts>& servers);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_SERVERS_H_
