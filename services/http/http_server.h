#ifndef CHIPLINE_SERVICES_HTTP_HTTP_SERVER_H_
#define CHIPLINE_SERVICES_HTTP_HTTP_SERVER_H_

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "absl/container/flat_hash_set.h"

#include "services/console/files.h"
#include "services/http/bridge.h"
#include "services/http/connection.h"
#include "services/http/origin.h"
#include "services/http/page.h"
#include "services/http/tally.h"
#include "services/security/tls_context.h"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace chipline::http {

// What the HTTP listener is made of. What it refers to must outlive it.
struct HttpParts {
  PageSources pages;
  OriginRules origins;
  HttpCounts& counts;
  // None: no TLS.
  std::optional<security::TlsContexts> tls = std::nullopt;
  // The server's own, in the program.
  std::shared_ptr<grpc::Channel> channel = nullptr;
  // Null: everybody may do everything.
  security::CallCheck check = nullptr;
  // Of /metrics: see Pages.
  security::CallCheck metrics_check = nullptr;
  // Of the console. Empty: none is served.
  std::span<const console::File> console = {};
};

// Answers HTTP/1.1 on the connections that it is given: metrics, probes, the console, and
// every RPC by the Connect protocol. One thread reads and writes; it never waits for anything.
class HttpServer {
 public:
  explicit HttpServer(HttpParts parts);
  // Stops at once, if that was not done.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Takes over the socket `descriptor`, of a connection from `peer`. On any thread.
  void Take(int descriptor, std::string peer);
  // From now on each connection ends with the answer that it is at. Returns at once.
  void Drain();
  // Waits for answers that are under way, until `deadline`, and closes everything. Once; nothing
  // may be taken afterwards.
  void Stop(std::chrono::steady_clock::time_point deadline);

 private:
  void Admit(int descriptor, std::string peer);
  // Closes a connection that has no call under way, of the address that has the most of them: the
  // one that did nothing for the longest. False if all have one.
  bool MakeRoom();
  std::shared_ptr<Exchange> Begin(RequestHead head, std::shared_ptr<Responder> responder);

  const OriginRules origins_;
  std::optional<security::TlsContexts> tls_;
  Tally tally_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Pages pages_;
  Bridge bridge_;
  const std::span<const console::File> console_;

  // For the thread.
  ConnectionHost host_;
  absl::flat_hash_set<std::shared_ptr<Connection>> connections_;

  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_HTTP_SERVER_H_
