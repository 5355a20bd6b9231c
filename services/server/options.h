#ifndef CHIPLINE_SERVICES_SERVER_OPTIONS_H_
#define CHIPLINE_SERVICES_SERVER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/security/security.h"
#include "services/server/listen_address.h"
#include "services/server/log_line.h"
#include "storage/limits.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace chipline::server {

// How a server is a node of a cluster. It is one if `stream` is set.
struct ClusterOptions {
  // nats://HOST[:PORT][,…]/STREAM, or tls://….
  std::string stream;
  // What the node is called: 1 to 64 letters, digits, '-' and '_'. Default: the name of the
  // machine.
  std::string node;
  // A NATS credentials file; empty: none. PEM files for tls://; empty: the system's authorities,
  // and no certificate.
  std::string credentials;
  std::string ca;
  std::string certificate;
  std::string key;
  // How many copies the stream must have: 3 or 5; or 1, which survives no machine.
  int replicas = 3;
  // http://HOST:PORT of the monitors of all nats-servers; with them it is verified that each syncs
  // before it acknowledges.
  std::vector<std::string> monitors;
  // Do not start unless that was verified.
  bool require_synced = false;
  // How long an append waits for the stream before its outcome is unknown to the caller. 1 s to 10
  // minutes.
  absl::Duration commit_timeout = absl::Seconds(10);
};

// How a server runs. Every field but `data_directory` has a default that is safe.
struct ServerOptions {
  // Where the log, the index and the views are. Made if it is not there. Required.
  std::filesystem::path data_directory;
  // HOST:PORT to listen on. Port 0: a free one, written to `port_file` and to the log. Default:
  // loopback only, and no other is taken unless callers must prove who they are, or `insecure`.
  std::string listen = "127.0.0.1:7417";
  // HOST:PORT for HTTP: metrics, probes, the console, and every RPC by the Connect protocol. The
  // same rules as for `listen`. Empty: none.
  std::string http;
  // Origins whose pages browsers may let call, for example https://console.example.org. Default:
  // none.
  std::vector<std::string> http_cors;
  // /metrics is only for callers to whom the policy grants security::kMetricsMethod; without a
  // policy for every known caller. Default: for whoever reaches `http`.
  bool http_auth = false;
  // The web console, at the root of `http`, if it is built in. It shows what its user's own
  // credentials let them read.
  bool http_console = true;
  // As port_file, with the port of `http`.
  std::filesystem::path http_port_file;
  // A file that gets the port in decimal and a newline, whole or not at all, once the server takes
  // calls. Removed when it stops. Empty: none.
  std::filesystem::path port_file;
  // How lines for the operator are written to stderr.
  LogFormat log_format = LogFormat::kText;
  // The folder on this machine that clients may have backups written to. Empty: none may be made.
  std::filesystem::path backup_directory;
  // False: acknowledge before the sync, so that a crash of the machine can lose acknowledged
  // events. Said in the server's log and by AdminService.GetServerInfo. Default: true.
  bool sync = true;
  // Bytes of memory for blocks read from the log's disk. 1 MiB to 1 TiB; default 64 MiB.
  size_t cache_bytes = 64 * 1024 * 1024;
  // Bytes of memory for view rows read from disk. 1 MiB to 1 TiB; default 64 MiB.
  size_t view_cache_bytes = 64 * 1024 * 1024;
  // Threads for work that may block on disk, beside gRPC's own. 1 to 256; default 4.
  int threads = 4;
  // Subscriptions and watches at a time; more are answered RESOURCE_EXHAUSTED. 1 to
  // limits::kMaxStreams; default that.
  size_t max_streams = limits::kMaxStreams;
  // Appends are refused while the log's disk has less than so many bytes free, before RocksDB runs
  // into the wall; reads go on. 0: not looked at. At most 1 TiB; default 512 MiB, which is some
  // seconds of the most that a server writes.
  uint64_t min_free_bytes = uint64_t{512} * 1024 * 1024;
  // How long calls in flight have to end after SIGTERM before they are cut. 0 to 10 minutes;
  // default 10 s.
  absl::Duration drain = absl::Seconds(10);
  // For the files of the log and its index; null: the machine's. Must outlive the server. For tests
  // of faults.
  rocksdb::Env* env = nullptr;
  // Calls at a time on one connection; more wait. 1 to limits::kMaxStreams.
  size_t max_connection_streams = limits::kConnectionStreams;
  // A stream that other nodes take their commands from as well. Default: this server alone.
  ClusterOptions cluster;
  // TLS, tokens and policy. Default: none of them.
  security::SecurityOptions security;
  // Whoever reaches the address may do everything, and is asked nothing. Default: not so.
  bool insecure = false;
};

// Where the listeners may be reached from.
Reach ReachOf(const ServerOptions& options);

// INVALID_ARGUMENT, naming every option that is out of bounds. The address is looked at when it is
// listened on.
absl::Status CheckOptions(const ServerOptions& options);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_OPTIONS_H_
