#include "services/http/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <utility>

#include "services/http/bounds.h"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace chipline::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp::socket;
using Tls = asio::ssl::stream<Tcp>;

// A client that vanished without a word is noticed after this, in seconds.
constexpr int kKeepaliveIdle = 30;
constexpr int kKeepaliveInterval = 5;
constexpr int kKeepaliveProbes = 2;

void WatchPeer(int descriptor) {
  const auto set = [descriptor](int level, int option, int value) {
    (void)setsockopt(descriptor, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdle);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveInterval);
  set(IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
  // The kernel also cuts off a client that lives and takes nothing, and what the listener's socket
  // hands down (services/server/listener.cc) is too short for one that pauses.
  const std::chrono::milliseconds patience = bounds::kWriteTime;
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(patience.count()));
}

Tcp Adopt(asio::io_context& io, int descriptor) {
  WatchPeer(descriptor);
  Tcp socket(io);
  error_code ignored;
  // Which of the families it is makes no difference from here on.
  socket.assign(asio::ip::tcp::v4(), descriptor, ignored);
  socket.non_blocking(true, ignored);
  return socket;
}

template <typename Stream>
class StreamSocket : public Socket {
 public:
  template <typename... Args>
  explicit StreamSocket(Args&&... args) : stream_(std::forward<Args>(args)...) {}

  void ReadSome(char* to, size_t size, Done done) override {
    stream_.async_read_some(asio::buffer(to, size),
                            [done = std::move(done)](error_code failed, size_t bytes) {
                              done(!failed || failed == asio::error::eof, bytes);
                            });
  }

  void Write(std::string bytes, Done done) override {
    auto kept = std::make_unique<const std::string>(std::move(bytes));
    const auto buffer = asio::buffer(*kept);
    asio::async_write(stream_, buffer,
                      [kept = std::move(kept), done = std::move(done)](
                          error_code failed, size_t written) { done(!failed, written); });
  }

  void EndSending() override {
    error_code ignored;
    tcp().shutdown(Tcp::shutdown_send, ignored);
  }

  void Close() override {
    error_code ignored;
    tcp().close(ignored);
  }

 protected:
  Stream& stream() { return stream_; }
  Tcp& tcp() {
    if constexpr (std::is_same_v<Stream, Tcp>) {
      return stream_;
    } else {
      return stream_.next_layer();
    }
  }

 private:
  Stream stream_;
};

class PlainSocket final : public StreamSocket<Tcp> {
 public:
  PlainSocket(asio::io_context& io, int descriptor) : StreamSocket(Adopt(io, descriptor)) {}

  void Handshake(Done done) override {
    asio::post(stream().get_executor(), [done = std::move(done)] { done(true, 0); });
  }

  std::multimap<std::string, std::string> certificate() override { return {}; }
};

class TlsSocket final : public StreamSocket<Tls> {
 public:
  TlsSocket(asio::io_context& io, int descriptor, asio::ssl::context context)
      : StreamSocket(Adopt(io, descriptor), context) {}

  void Handshake(Done done) override {
    stream().async_handshake(asio::ssl::stream_base::server,
                             [done = std::move(done)](error_code failed) { done(!failed, 0); });
  }

  std::multimap<std::string, std::string> certificate() override {
    return security::CertificateProperties(stream().native_handle());
  }
};

}  // namespace

std::unique_ptr<Socket> NewSocket(asio::io_context& io, int descriptor,
                                  security::TlsContextPtr tls) {
  if (tls == nullptr) return std::make_unique<PlainSocket>(io, descriptor);
  // The stream's SSL object has a reference to the context of its own.
  return std::make_unique<TlsSocket>(io, descriptor, asio::ssl::context(tls.release()));
}

}  // namespace chipline::http
