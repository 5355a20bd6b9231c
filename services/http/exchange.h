#ifndef CHIPLINE_SERVICES_HTTP_EXCHANGE_H_
#define CHIPLINE_SERVICES_HTTP_EXCHANGE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "services/http/message.h"

namespace chipline::http {

// Who is at the other end of a connection.
struct Peer {
  // As grpc::ServerContext::peer() has it.
  std::string address;
  // As security::CertificateProperties.
  std::multimap<std::string, std::string> certificate;
};

// Where an exchange puts its answer: one Respond; or Begin, any number of Send and one End. What
// comes after the connection is gone does nothing. For the listener's thread.
class Responder {
 public:
  virtual ~Responder() = default;

  virtual const Peer& peer() const = 0;
  // Puts these into the head of the answer, whatever that is. Before Exchange::Start.
  virtual void AddFields(Fields fields) = 0;
  // Asks for the request's body, once: Exchange::OnBody.
  virtual void ReadBody() = 0;
  // Counts so many more bytes among those that are held for the request, until it is answered.
  // False, and counts nothing, if too many are held already.
  virtual bool HoldRequest(size_t bytes) = 0;
  virtual void Respond(Response response) = 0;

  // Begins an answer in chunks.
  virtual void Begin(Response head) = 0;
  // Writes one chunk, which must not be empty; then Exchange::OnSent. One at a time, also after
  // Begin.
  virtual void Send(std::string bytes) = 0;
  // Writes a last chunk, if it is not empty, and ends the answer. Only when no Send is under way.
  virtual void End(std::string bytes) = 0;
  // Whether so many more bytes may be held for clients that do not read.
  virtual bool HasRoom(size_t bytes) const = 0;
};

// The answering of one request. For the listener's thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // Begins. May respond at once; the body is still on its way, if there is any.
  virtual void Start() = 0;
  // None: it has more than bounds::kBodyBytes.
  virtual void OnBody(std::optional<std::string> body) = 0;
  // What Begin or Send was given is with the kernel.
  virtual void OnSent() = 0;
  // Nobody waits for the answer any more. Nothing else is called afterwards.
  virtual void OnGone() = 0;
  // It takes time of the server's, so the connection is not given up for another.
  virtual bool is_call() const = 0;
  // The answer has no end of its own, so a client that sends nothing more is taken to be gone.
  virtual bool is_stream() const = 0;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_EXCHANGE_H_
