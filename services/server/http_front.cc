#include "services/server/http_front.h"

#include <utility>

#include "services/console/files.h"
#include "storage/status_macros.h"

namespace chipline::server {

absl::StatusOr<std::unique_ptr<HttpFront>> HttpFront::Open(const ServerOptions& options,
                                                           const Clock& clock, NoticeSink sink) {
  ASSIGN_OR_RETURN(ListenAddress address,
                   ReadListenAddress(options.http, ReachOf(options), "http"));
  ASSIGN_OR_RETURN(std::unique_ptr<Listener> listener,
                   Listener::Open(address, clock, std::move(sink)));
  http::OriginRules origins;
  origins.allowed = options.http_cors;
  origins.loopback = ReachOf(options) == Reach::kLoopback;
  return std::unique_ptr<HttpFront>(
      new HttpFront(options, std::move(address), std::move(origins), std::move(listener)));
}

HttpFront::HttpFront(const ServerOptions& options, ListenAddress address, http::OriginRules origins,
                     std::unique_ptr<Listener> listener)
    : auth_(options.http_auth),
      console_(options.http_console),
      address_(std::move(address)),
      origins_(std::move(origins)),
      listener_(std::move(listener)) {}

void HttpFront::Start(http::PageSources pages, std::shared_ptr<grpc::Channel> channel,
                      security::Security* security) {
  http::HttpParts parts{std::move(pages), origins_, counts_};
  parts.channel = std::move(channel);
  if (console_) parts.console = console::Files();
  if (security != nullptr) {
    parts.tls.emplace(security->NewTlsContexts());
    parts.check = security->NewCallCheck();
    if (auth_) parts.metrics_check = security->NewCallCheck();
  }
  server_ = std::make_unique<http::HttpServer>(std::move(parts));
  listener_->Start([server = server_.get()](Descriptor connection, const std::string& peer) {
    server->Take(connection.Release(), peer);
  });
}

void HttpFront::Drain() {
  if (server_ != nullptr) server_->Drain();
}

void HttpFront::Stop(std::chrono::steady_clock::time_point deadline) {
  listener_->Stop();
  if (server_ != nullptr) server_->Stop(deadline);
}

}  // namespace chipline::server
