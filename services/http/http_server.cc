#include "services/http/http_server.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/http/bounds.h"
#include "services/http/console_page.h"
#include "storage/thread_name.h"
#include <boost/asio/post.hpp>

namespace chipline::http {
namespace {

// A peer's address without the port.
std::string_view AddressOf(const Connection& connection) {
  const std::string_view peer = connection.peer().address;
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

HttpServer::HttpServer(HttpParts parts)
    : origins_(std::move(parts.origins)),
      tls_(std::move(parts.tls)),
      work_(io_.get_executor()),
      pages_(io_, tally_, std::move(parts.pages), std::move(parts.metrics_check)),
      bridge_(io_, tally_, parts.counts, std::move(parts.channel), std::move(parts.check)),
      console_(parts.console),
      host_{io_, parts.counts,
            [this](RequestHead head, std::shared_ptr<Responder> responder) {
              return Begin(std::move(head), std::move(responder));
            },
            [this](Connection& connection) {
              --host_.counts.connections;
              connections_.erase(connection.shared_from_this());
            }},
      thread_([this] {
        NameThread("chip-http");
        io_.run();
      }) {}

HttpServer::~HttpServer() {
  if (!stopped_) Stop(std::chrono::steady_clock::now());
}

void HttpServer::Take(int descriptor, std::string peer) {
  boost::asio::post(io_, [this, descriptor, peer = std::move(peer)]() mutable {
    Admit(descriptor, std::move(peer));
  });
}

void HttpServer::Admit(int descriptor, std::string peer) {
  security::TlsContextPtr context;
  if (tls_.has_value()) context = tls_->Current();
  std::optional<Unserved> cause;
  if (tls_.has_value() && context == nullptr) cause = Unserved::kHandshake;
  if (!cause && connections_.size() >= bounds::kConnections && !MakeRoom()) cause = Unserved::kFull;
  if (cause.has_value()) {
    host_.counts.Add(*cause);
    ::close(descriptor);
    return;
  }
  ++host_.counts.connections_taken;
  ++host_.counts.connections;
  const auto connection = std::make_shared<Connection>(
      host_, NewSocket(io_, descriptor, std::move(context)), std::move(peer));
  connections_.insert(connection);
  connection->Start();
}

bool HttpServer::MakeRoom() {
  absl::flat_hash_map<std::string_view, size_t> counts;
  for (const auto& connection : connections_) {
    if (connection->gives_way()) ++counts[AddressOf(*connection)];
  }
  std::shared_ptr<Connection> chosen;
  size_t most = 0;
  for (const auto& connection : connections_) {
    if (!connection->gives_way()) continue;
    const size_t count = counts[AddressOf(*connection)];
    const bool older = chosen != nullptr && connection->idle_since() < chosen->idle_since();
    if (count < most || (count == most && !older)) continue;
    most = count;
    chosen = connection;
  }
  if (chosen == nullptr) return false;
  host_.counts.Add(Unserved::kDisplaced);
  chosen->Close();
  return true;
}

std::shared_ptr<Exchange> HttpServer::Begin(RequestHead head,
                                            std::shared_ptr<Responder> responder) {
  responder->AddFields(OriginFields(origins_, head));
  if (std::optional<Response> answer = CheckOrigin(origins_, head)) {
    return NewFixedPage(std::move(responder), *std::move(answer));
  }
  if (std::shared_ptr<Exchange> page = pages_.Find(head, responder)) return page;
  if (auto page = FindConsolePage(console_, head, responder)) return page;
  if (std::shared_ptr<Exchange> call = bridge_.Find(std::move(head), responder)) return call;
  return NewFixedPage(std::move(responder), TextResponse(404, "there is nothing of this name"));
}

void HttpServer::Drain() {
  boost::asio::post(io_, [this] { host_.draining = true; });
}

void HttpServer::Stop(std::chrono::steady_clock::time_point deadline) {
  stopped_ = true;
  boost::asio::post(io_, [this] {
    host_.draining = true;
    const auto all = connections_;
    for (const auto& connection : all) connection->Drain();
  });
  tally_.AwaitNoneUntil(deadline);
  boost::asio::post(io_, [this] {
    const auto all = connections_;
    for (const auto& connection : all) connection->Close();
  });
  tally_.AwaitNone();
  // What was closed still has handlers that find it so.
  work_.reset();
  thread_.join();
}

}  // namespace chipline::http
