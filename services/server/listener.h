#ifndef CHIPLINE_SERVICES_SERVER_LISTENER_H_
#define CHIPLINE_SERVICES_SERVER_LISTENER_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

#include "services/rpc/line_limit.h"
#include "services/rpc/notice.h"
#include "services/server/descriptor.h"
#include "services/server/listen_address.h"
#include "storage/clock.h"

namespace chipline::server {

// Listens on a port and hands on each connection, in a thread of its own.
//
// gRPC 1.51 gives its own listening socket up for good when one accept fails for want of
// descriptors (grpc/grpc#20418). This one goes on as soon as there are some, and it keeps some back
// for the stores: a connection that would need one of those is closed at once, and the operator
// told.
class Listener {
 public:
  // Binds and listens; connections wait until Start. UNAVAILABLE, reason CANNOT_LISTEN. `clock`
  // must outlive it.
  static absl::StatusOr<std::unique_ptr<Listener>> Open(const ListenAddress& address,
                                                        const Clock& clock, NoticeSink sink);
  ~Listener() { Stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int port() const { return port_; }

  // Takes a connection from `peer` (PeerText), on the listener's thread.
  using Take = std::function<void(Descriptor connection, const std::string& peer)>;
  // From now on `take` is given the connections. Once.
  void Start(Take take);
  // Takes no more connections and closes the port. To be called before gRPC's server shuts down,
  // which would leave connections open that come later. May be called again.
  void Stop();

 private:
  Listener(Descriptor socket, Descriptor wake, int port, const Clock& clock, NoticeSink sink);

  void Run();
  // Takes the connections that wait. False if one could not be taken for want of descriptors or
  // memory.
  bool TakeAll();
  void TellRefused(const char* cause);

  Descriptor socket_;
  // An eventfd, written to when the thread is to end.
  const Descriptor wake_;
  const int port_;
  const NoticeSink sink_;
  LineLimit lines_;
  Take take_;
  std::thread thread_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LISTENER_H_
