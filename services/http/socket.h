#ifndef CHIPLINE_SERVICES_HTTP_SOCKET_H_
#define CHIPLINE_SERVICES_HTTP_SOCKET_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "services/security/tls_context.h"
#include <boost/asio/io_context.hpp>

namespace chipline::http {

// One connection's bytes, with TLS or without. For the io_context's thread; every `done` is called
// there, once, and never before the function returns. At most one read and one write at a time. The
// socket must live until they are done.
class Socket {
 public:
  // Whether it went well, and how many bytes were read.
  using Done = std::function<void(bool ok, size_t bytes)>;

  virtual ~Socket() = default;

  // Sets the connection up. Before anything else.
  virtual void Handshake(Done done) = 0;
  // Reads at most `size` bytes, which is not 0, to where `to` points. Ok with 0 bytes: the client
  // sends nothing more, and may still read.
  virtual void ReadSome(char* to, size_t size, Done done) = 0;
  // Writes all of it.
  virtual void Write(std::string bytes, Done done) = 0;
  // Tells the client that nothing follows.
  virtual void EndSending() = 0;
  // Ends what is under way. May be called again.
  virtual void Close() = 0;
  // As security::CertificateProperties.
  virtual std::multimap<std::string, std::string> certificate() = 0;
};

// Takes the connected socket `descriptor` over. `tls`: null for none.
std::unique_ptr<Socket> NewSocket(boost::asio::io_context& io, int descriptor,
                                  security::TlsContextPtr tls);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_SOCKET_H_
