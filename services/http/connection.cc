#include "services/http/connection.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "services/http/bounds.h"
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace chipline::http {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

RequestHead HeadOf(const http::request<http::string_body>& request) {
  RequestHead head;
  head.method = std::string(request.method_string());
  const auto target = request.target();
  head.path = std::string(target.substr(0, target.find('?')));
  head.http11 = request.version() >= 11;
  for (const auto& field : request) {
    head.fields.emplace_back(absl::AsciiStrToLower(absl::string_view(field.name_string().data(),
                                                                     field.name_string().size())),
                             std::string(field.value()));
  }
  return head;
}

// The parser has seen that it is a number. None: the body comes in chunks.
std::optional<uint64_t> ReadLength(const Fields& fields) {
  const std::string_view text = ValueOf(fields, "content-length");
  if (text.empty()) return std::nullopt;
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Connection::Connection(ConnectionHost& host, std::unique_ptr<Socket> socket, std::string address)
    : host_(host),
      socket_(std::move(socket)),
      peer_{std::move(address), {}},
      idle_since_(std::chrono::steady_clock::now()),
      timer_(host.io) {}

void Connection::Start() {
  Arm(bounds::kHandshakeTime);
  socket_->Handshake([self = shared_from_this()](bool ok, size_t) {
    if (self->state_ == State::kClosed) return;
    if (!ok) {
      self->host_.counts.Add(Unserved::kHandshake);
      return self->Close();
    }
    self->peer_.certificate = self->socket_->certificate();
    self->AwaitHead();
  });
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  Disarm();
  socket_->Close();
  Release(held_);
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->OnGone();
  host_.closed(*this);
}

void Connection::Drain() {
  if (exchange_ == nullptr && state_ != State::kLingering && !writing_) return Close();
  close_after_ = true;
}

void Connection::AwaitHead() {
  state_ = State::kHead;
  idle_since_ = std::chrono::steady_clock::now();
  parser_.emplace();
  parser_->eager(false);
  parser_->header_limit(bounds::kHeadBytes);
  parser_->body_limit(bounds::kBodyBytes);
  head_begun_ = false;
  expects_continue_ = false;
  Arm(bounds::kIdleTime);
  Feed();
}

void Connection::Read() {
  if (reading_ || ended_ || state_ == State::kClosed) return;
  const bool taken = state_ != State::kDeciding && state_ != State::kAnswering;
  if (!taken && input_.size() >= bounds::kPipelinedBytes) return;
  reading_ = true;
  socket_->ReadSome(
      chunk_.data(), chunk_.size(),
      [self = shared_from_this()](bool ok, size_t bytes) { self->OnRead(ok, bytes); });
}

void Connection::OnRead(bool ok, size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  host_.counts.received_bytes += bytes;
  if (!ok) return Close();
  if (bytes == 0) return OnEnd();
  input_.append(chunk_.data(), bytes);
  Feed();
}

void Connection::OnEnd() {
  ended_ = true;
  if (state_ == State::kDeciding || state_ == State::kAnswering) {
    if (exchange_ != nullptr && exchange_->is_stream()) return Close();
    // What is being written has its own end in time.
    if (!writing_) Arm(bounds::kHalfClosedTime);
    return;
  }
  Feed();
}

void Connection::Feed() {
  switch (state_) {
    case State::kHead:
      FeedHead();
      break;
    case State::kBody:
      // Before that "100 Continue" is still being written.
      if (!writing_) FeedBody();
      break;
    case State::kLingering:
      lingered_ += input_.size();
      input_.clear();
      if (ended_ || lingered_ > bounds::kLingerBytes) return Close();
      break;
    case State::kHandshake:
    case State::kDeciding:
    case State::kAnswering:
    case State::kClosed:
      break;
  }
  Read();
}

void Connection::FeedHead() {
  if (input_.empty() && ended_) return head_begun_ ? RefuseCut() : Close();
  if (input_.empty()) return;
  if (!std::exchange(head_begun_, true)) Arm(bounds::kHeadTime);
  error_code failed;
  const size_t taken = parser_->put(boost::asio::buffer(input_), failed);
  input_.erase(0, taken);
  if (failed == http::error::need_more) {
    if (ended_) RefuseCut();
    return;
  }
  if (failed == http::error::header_limit) {
    return Refuse(431, "the header fields are more than 16 KiB");
  }
  // A head that promises too much is for the exchange to answer.
  if (failed && failed != http::error::body_limit) {
    return Refuse(400, "this is no HTTP/1.1 request");
  }
  if (failed || parser_->is_header_done()) OnHead();
}

void Connection::OnHead() {
  Disarm();
  state_ = State::kDeciding;
  if (ended_) Arm(bounds::kHalfClosedTime);
  const http::request<http::string_body>& request = parser_->get();
  RequestHead head = HeadOf(request);
  if (head.http11 && CountOf(head.fields, "host") != 1) {
    return Refuse(400, "a request has one Host");
  }
  if (!parser_->is_done()) head.body_bytes = ReadLength(head.fields);
  head_only_ = request.method() == http::verb::head;
  expects_continue_ = absl::EqualsIgnoreCase(
      absl::string_view(request[http::field::expect].data(), request[http::field::expect].size()),
      "100-continue");
  exchange_ = host_.begin(std::move(head), shared_from_this());
  // It may end within Start.
  const std::shared_ptr<Exchange> exchange = exchange_;
  exchange->Start();
}

void Connection::ReadBody() {
  if (state_ != State::kDeciding) return;
  state_ = State::kBody;
  Arm(bounds::kBodyTime);
  if (expects_continue_ && input_.empty() && !parser_->is_done()) {
    writing_ = true;
    socket_->Write("HTTP/1.1 100 Continue\r\n\r\n", [self = shared_from_this()](bool ok, size_t) {
      self->writing_ = false;
      if (!ok) return self->Close();
      self->Feed();
    });
    return;
  }
  Feed();
}

bool Connection::HoldRequest(size_t bytes) {
  if (bytes > bounds::kSmallBodyBytes && !HasRoom(bytes)) return false;
  Hold(bytes);
  held_body_ += bytes;
  return true;
}

void Connection::FeedBody() {
  bool too_large = false;
  while (!parser_->is_done() && !input_.empty()) {
    const size_t before = parser_->get().body().size();
    error_code failed;
    const size_t taken = parser_->put(boost::asio::buffer(input_), failed);
    input_.erase(0, taken);
    const size_t more = parser_->get().body().size() - before;
    Hold(more);
    held_body_ += more;
    if (failed == http::error::need_more) break;
    if (failed == http::error::body_limit) {
      too_large = true;
      break;
    }
    if (failed) return Refuse(400, "the body is not as HTTP/1.1 has it");
    if (held_body_ > bounds::kSmallBodyBytes && host_.held_bytes > bounds::kHeldBytes) {
      return Refuse(503, "too many requests are coming in at once; try again later");
    }
    if (taken == 0) break;
  }
  std::optional<std::string> body;
  if (!too_large) {
    if (!parser_->is_done()) {
      if (ended_) RefuseCut();
      return;
    }
    body = std::move(parser_->get().body());
  }
  Disarm();
  state_ = State::kAnswering;
  if (ended_) Arm(bounds::kHalfClosedTime);
  const std::shared_ptr<Exchange> exchange = exchange_;
  exchange->OnBody(std::move(body));
}

void Connection::RefuseCut() { Refuse(400, "the request ends before it is whole"); }

void Connection::Refuse(unsigned status, std::string_view words) {
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->OnGone();
  close_after_ = true;
  state_ = State::kAnswering;
  ReleaseBody();
  host_.counts.AddResponse(status);
  Write(ResponseText(TextResponse(status, words), false, true, false), true);
}

void Connection::Respond(Response response) {
  if (state_ == State::kClosed) return;
  close_after_ |= !parser_->is_done() || !parser_->keep_alive() || host_.draining;
  state_ = State::kAnswering;
  ReleaseBody();
  host_.counts.AddResponse(response.status);
  response.fields.insert(response.fields.end(), extra_.begin(), extra_.end());
  Write(ResponseText(response, false, close_after_, head_only_), true);
}

void Connection::Begin(Response head) {
  if (state_ == State::kClosed) return;
  // Of a stream, whose client would never be seen to leave.
  if (ended_) return Close();
  close_after_ |= !parser_->keep_alive() || host_.draining;
  ReleaseBody();
  host_.counts.AddResponse(head.status);
  head.fields.insert(head.fields.end(), extra_.begin(), extra_.end());
  Write(ResponseText(head, true, close_after_, false), false);
}

void Connection::Send(std::string bytes) { Write(ChunkText(bytes), false); }

void Connection::End(std::string bytes) {
  std::string text = bytes.empty() ? std::string() : ChunkText(bytes);
  text += kLastChunk;
  Write(std::move(text), true);
}

bool Connection::HasRoom(size_t bytes) const {
  return host_.held_bytes + bytes <= bounds::kHeldBytes;
}

void Connection::Write(std::string bytes, bool last) {
  if (state_ == State::kClosed) return;
  writing_ = true;
  const size_t size = bytes.size();
  Hold(size);
  Arm(bounds::kWriteTime);
  socket_->Write(std::move(bytes), [self = shared_from_this(), size, last](bool ok, size_t) {
    self->writing_ = false;
    if (ok) self->host_.counts.sent_bytes += size;
    // Closing gave all of it back.
    if (self->state_ != State::kClosed) self->Release(size);
    self->OnWritten(ok, last);
  });
}

void Connection::OnWritten(bool ok, bool last) {
  if (state_ == State::kClosed) return;
  Disarm();
  if (!ok) return Close();
  if (last) return OnAnswered();
  const std::shared_ptr<Exchange> exchange = exchange_;
  if (exchange != nullptr) exchange->OnSent();
}

void Connection::OnAnswered() {
  exchange_ = nullptr;
  extra_.clear();
  if (!close_after_ && !host_.draining) return AwaitHead();
  // What the client still sends is read for a while: closing on it would make its machine throw
  // the answer away.
  state_ = State::kLingering;
  socket_->EndSending();
  Arm(bounds::kLingerTime);
  Feed();
}

void Connection::ReleaseBody() { Release(std::exchange(held_body_, 0)); }

void Connection::Hold(size_t bytes) {
  held_ += bytes;
  host_.held_bytes += bytes;
}

void Connection::Release(size_t bytes) {
  bytes = std::min(bytes, held_);
  held_ -= bytes;
  host_.held_bytes -= bytes;
}

void Connection::Arm(std::chrono::seconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this(), arming = ++armings_](error_code cancelled) {
    if (!cancelled && arming == self->armings_) self->OnTimeout();
  });
}

void Connection::Disarm() {
  ++armings_;
  timer_.cancel();
}

void Connection::OnTimeout() {
  const bool half = (state_ == State::kHead && head_begun_) || state_ == State::kBody;
  if (half && !writing_) return Refuse(408, "the request did not come whole in time");
  if (state_ == State::kHandshake) host_.counts.Add(Unserved::kHandshake);
  Close();
}

}  // namespace chipline::http
