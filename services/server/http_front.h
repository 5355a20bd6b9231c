#ifndef CHIPLINE_SERVICES_SERVER_HTTP_FRONT_H_
#define CHIPLINE_SERVICES_SERVER_HTTP_FRONT_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "services/http/counts.h"
#include "services/http/http_server.h"
#include "services/rpc/notice.h"
#include "services/security/security.h"
#include "services/server/listen_address.h"
#include "services/server/listener.h"
#include "services/server/options.h"
#include "storage/clock.h"

namespace chipline::server {

// The server's HTTP listener: its port, and what answers there. Not thread-safe.
class HttpFront {
 public:
  // Listens where options.http says; connections wait until Start. UNAVAILABLE, reason
  // CANNOT_LISTEN; INVALID_ARGUMENT for an address that is none or out of reach. `clock` must
  // outlive it.
  static absl::StatusOr<std::unique_ptr<HttpFront>> Open(const ServerOptions& options,
                                                         const Clock& clock, NoticeSink sink);

  // Begins to answer; calls go by `channel`. `security` is null without TLS. What is given must
  // outlive this. Once.
  void Start(http::PageSources pages, std::shared_ptr<grpc::Channel> channel,
             security::Security* security);

  // HOST:PORT.
  std::string address() const { return address_.WithPort(listener_->port()); }
  int port() const { return listener_->port(); }
  const http::HttpCounts& counts() const { return counts_; }

  // See http::HttpServer. Stop also closes the port.
  void Drain();
  void Stop(std::chrono::steady_clock::time_point deadline);

 private:
  HttpFront(const ServerOptions& options, ListenAddress address, http::OriginRules origins,
            std::unique_ptr<Listener> listener);

  // options.http_auth.
  const bool auth_;
  // options.http_console.
  const bool console_;
  const ListenAddress address_;
  const http::OriginRules origins_;
  http::HttpCounts counts_;
  std::unique_ptr<http::HttpServer> server_;
  // Goes first: its thread hands connections to the server.
  std::unique_ptr<Listener> listener_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_HTTP_FRONT_H_
