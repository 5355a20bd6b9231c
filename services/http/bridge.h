#ifndef CHIPLINE_SERVICES_HTTP_BRIDGE_H_
#define CHIPLINE_SERVICES_HTTP_BRIDGE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "grpcpp/channel.h"
#include "grpcpp/generic/generic_stub.h"

#include "services/http/counts.h"
#include "services/http/exchange.h"
#include "services/http/tally.h"
#include "services/security/tls_credentials.h"
#include "storage/executor.h"
#include <boost/asio/io_context.hpp>

namespace chipline::http {

// Every RPC of the server by the Connect protocol: unary ones and streams from the server, with
// Protobuf or JSON. A call is checked as gRPC checks it, then passed to the services by the
// in-process channel, so no RPC has code of its own here. What it refers to must outlive it.
class Bridge {
 public:
  // `check` may be null: everybody may do everything.
  Bridge(boost::asio::io_context& io, Tally& tally, HttpCounts& counts,
         std::shared_ptr<grpc::Channel> channel, security::CallCheck check)
      : io_(io),
        tally_(tally),
        counts_(counts),
        stub_(std::move(channel)),
        check_(std::move(check)) {}

  // Null if the path is none of an RPC: /PACKAGE.SERVICE/METHOD.
  std::shared_ptr<Exchange> Find(RequestHead head, std::shared_ptr<Responder> responder);

 private:
  friend class BridgedExchange;

  // One of bounds::kCalls, for as long as the result lives. Null if all are taken.
  std::shared_ptr<const void> TakeTurn();

  boost::asio::io_context& io_;
  Tally& tally_;
  HttpCounts& counts_;
  grpc::GenericStub stub_;
  const security::CallCheck check_;
  std::atomic<size_t> calls_ = 0;
  // JSON takes its time. Callers take turns by their address.
  Executor threads_{2};
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_BRIDGE_H_
