#ifndef CHIPLINE_SERVICES_SERVER_SERVER_H_
#define CHIPLINE_SERVICES_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/server/options.h"
#include "storage/commit_progress.h"

namespace chipline::server {

// A running server: the log, the views and all four services on one port. Several may run in one
// program, each on a directory of its own. Not thread-safe, but calls of clients are, of course.
class Server {
 public:
  // Opens the data directory, listens, and takes calls. The errors are those of RunServer.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options);

  // Drains without waiting, if that was not done, and closes the directory.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  // HOST:PORT, for clients.
  std::string address() const;
  // The same of the HTTP listener: 0 and empty without one.
  int http_port() const;
  std::string http_address() const;

  // Looks whether the log and the views are well (LogWatch), and tells grpc.health.v1. Returns why
  // the log takes no more appends, if so: only a new start can mend that. To be called several
  // times a second.
  absl::Status CheckHealth();

  // What Prometheus scrapes (services/metrics). May be called while other functions are, until
  // Drain returns.
  std::string Metrics();

  // Whether commits get through. Waits for no disk. Thread-safe.
  storage::CommitProgress progress() const;

  // Reads certificates, keys of tokens and the policy again, now.
  void Reload();

  // Stops taking calls: grpc.health.v1 says NOT_SERVING, appends that are not in the log's order
  // yet are refused with UNAVAILABLE, those that are get their answers, streams end with
  // UNAVAILABLE and where to go on from. Calls that are not over after `deadline` are cut. Once.
  void Drain(absl::Duration deadline);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_SERVER_H_
