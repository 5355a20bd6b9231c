#ifndef CHIPLINE_SERVICES_HTTP_CONNECTION_H_
#define CHIPLINE_SERVICES_HTTP_CONNECTION_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "services/http/counts.h"
#include "services/http/exchange.h"
#include "services/http/socket.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace chipline::http {

class Connection;

// What all connections share. For the listener's thread.
struct ConnectionHost {
  boost::asio::io_context& io;
  HttpCounts& counts;
  std::function<std::shared_ptr<Exchange>(RequestHead head, std::shared_ptr<Responder> responder)>
      begin;
  // The connection is closed for good.
  std::function<void(Connection& connection)> closed;
  // Of all connections: see bounds::kHeldBytes.
  size_t held_bytes = 0;
  // Connections end with the answer at hand.
  bool draining = false;
};

// One HTTP/1.1 connection: reads requests, one at a time, and writes what their exchanges answer.
//
//   handshake ─▶ head ─▶ deciding ─▶ body ─▶ answering ─▶ head …
//                                                       ─▶ lingering ─▶ closed
//
// While the exchange is deciding or answering it goes on reading, up to bounds::kPipelinedBytes, so
// that it notices a client that goes away. A client that only ends what it sends gets the answers
// to what it sent, each within bounds::kHalfClosedTime; in a stream it is taken to be gone. Each
// state in which it waits for the client has an end in time. Kept alive by what is under way on the
// socket. For the listener's thread.
class Connection final : public Responder, public std::enable_shared_from_this<Connection> {
 public:
  // `host` must outlive it.
  Connection(ConnectionHost& host, std::unique_ptr<Socket> socket, std::string address);

  void Start();
  // Ends it now.
  void Close();
  // Ends it now if it waits for a request, else after the answer at hand.
  void Drain();

  // No call is under way, or its client may be gone, so that it may be given up for another
  // connection.
  bool gives_way() const { return exchange_ == nullptr || !exchange_->is_call() || ended_; }
  // Since when nothing was answered.
  std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }

  const Peer& peer() const override { return peer_; }
  void AddFields(Fields fields) override { extra_ = std::move(fields); }
  void ReadBody() override;
  bool HoldRequest(size_t bytes) override;
  void Respond(Response response) override;
  void Begin(Response head) override;
  void Send(std::string bytes) override;
  void End(std::string bytes) override;
  bool HasRoom(size_t bytes) const override;

 private:
  enum class State { kHandshake, kHead, kDeciding, kBody, kAnswering, kLingering, kClosed };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void AwaitHead();
  void Read();
  void OnRead(bool ok, size_t bytes);
  // The client sends nothing more.
  void OnEnd();
  // Takes what was read, as far as the state allows.
  void Feed();
  void FeedHead();
  void FeedBody();
  void OnHead();
  // The request is answered, or about to be.
  void ReleaseBody();
  // Answers what no exchange can, and closes.
  void Refuse(unsigned status, std::string_view words);
  void RefuseCut();
  // `last`: the answer ends with it.
  void Write(std::string bytes, bool last);
  void OnWritten(bool ok, bool last);
  void OnAnswered();
  void Hold(size_t bytes);
  void Release(size_t bytes);
  // Calls OnTimeout unless armed again or disarmed before.
  void Arm(std::chrono::seconds time);
  void Disarm();
  void OnTimeout();

  ConnectionHost& host_;
  const std::unique_ptr<Socket> socket_;
  Peer peer_;
  State state_ = State::kHandshake;
  std::chrono::steady_clock::time_point idle_since_;

  std::array<char, 8 * 1024> chunk_;
  // Read and not taken yet.
  std::string input_;
  bool reading_ = false;
  // The client sends nothing more.
  bool ended_ = false;
  bool head_begun_ = false;
  std::optional<Parser> parser_;
  bool head_only_ = false;
  bool expects_continue_ = false;
  size_t lingered_ = 0;

  std::shared_ptr<Exchange> exchange_;
  // Of every answer of the exchange.
  Fields extra_;
  bool writing_ = false;
  bool close_after_ = false;
  // What this connection has in the host's held_bytes, and how much of that is the request.
  size_t held_ = 0;
  size_t held_body_ = 0;

  boost::asio::steady_timer timer_;
  // Tells an expiry of this arming from one that came too late to be cancelled.
  unsigned armings_ = 0;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_CONNECTION_H_
