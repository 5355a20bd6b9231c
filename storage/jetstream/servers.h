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

// What one nats-server says about itself.
struct ServerFacts {
  // Identifies the server; changes when it is restarted.
  std::string id;
  // "server_name" of its configuration.
  std::string name;
  std::string version;
  // Largest message, in bytes.
  int64_t max_payload = 0;
  // Whether JetStream syncs each message to disk before it acknowledges (sync_interval: always).
  // Nothing if that is not known.
  std::optional<bool> sync_always;
};

// What is known about the servers of a cluster, each once, and which gave no answer.
struct ServersSeen {
  std::vector<ServerFacts> servers;
  // A status for each address that did not answer; it names the address.
  std::vector<absl::Status> silent;
};

// How long a server may take to send its greeting.
inline constexpr absl::Duration kGreetingTimeout = absl::Seconds(2);

// Reads the greeting of every server that `connection` knows, given or learnt, over TCP. Needs no
// credentials. A greeting says nothing about syncing. Blocks at most for `timeout` for each server.
ServersSeen AskGreetings(const Connection& connection, absl::Duration timeout);

// Asks the monitors ("http://HOST:PORT" each), which report everything.
ServersSeen AskMonitors(const std::vector<std::string>& urls, absl::Duration timeout);

// Adds `more`: new servers, and what was not known about the others.
void Merge(const ServersSeen& more, ServersSeen& seen);

struct ServerRequirements {
  // Older ones lose acknowledged messages, or cannot sync before they acknowledge.
  std::string oldest_version = "2.10.27";
  // A command has up to 1.9 MB.
  int64_t max_payload = 2'000'000;
  // Also refuse a server that says nothing about syncing.
  bool synced = false;
};

// FAILED_PRECONDITION, reason SERVER_UNFIT, names every server that does not meet them, its value,
// the required one and how to set it. A server that is known not to sync is refused only if
// `synced` is required; otherwise SyncVerified reports it.
absl::Status CheckServers(const std::vector<ServerFacts>& servers,
                          const ServerRequirements& required);

// True if all are known to sync, false if one is known not to, nothing if one is not known.
std::optional<bool> SyncVerified(const std::vector<ServerFacts>& servers);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_SERVERS_H_
