#ifndef CHIPLINE_STORAGE_JETSTREAM_CONNECTION_H_
#define CHIPLINE_STORAGE_JETSTREAM_CONNECTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/traceparent.h"

namespace chipline::jetstream {

inline constexpr absl::Duration kWriteDeadline = absl::Seconds(5);

struct ConnectionOptions {
  // "nats://HOST:PORT" or "tls://HOST:PORT" each, at least one (Address::Urls). tls:// requires
  // TLS; with nats:// it is used if the server wants it. They are tried in random order. The server
  // that answers names the other servers of the cluster.
  std::vector<std::string> urls;
  // Shown in the servers' list of connections.
  std::string name = "chipline";
  // Empty: none. Either a NATS credentials file (a JWT and a seed, as `nsc` writes it), or two
  // lines
  //   user: NAME
  //   password: PASSWORD
  std::string credentials_file;
  // PEM files. Empty: the system's authorities, and no client certificate. A certificate and its
  // key are given together.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  // For each server, when connecting and reconnecting.
  absl::Duration connect_timeout = absl::Seconds(2);
  // A server that is silent for two to three times as long counts as lost. This is soon enough for
  // a node at a server that was cut off to continue at another one before callers notice.
  absl::Duration ping_interval = absl::Seconds(2);
  // Between attempts to reconnect, which never end. A random part of the same size is added.
  absl::Duration reconnect_wait = absl::Milliseconds(100);
};

enum class ConnectionPhase {
  kConnected,
  // Reconnecting, without end.
  kDisconnected,
  // Permanently closed: the servers refused our credentials twice while reconnecting. Only a new
  // Connection helps.
  kClosed,
};

struct ConnectionState {
  ConnectionPhase phase = ConnectionPhase::kDisconnected;
  // The server's URL; empty if there is none.
  std::string server;
  // Why it is not connected; OK if it is.
  absl::Status reason;
};

// A received message; valid during the callback that gets it.
class Delivery {
 public:
  // `message` is a natsMsg.
  explicit Delivery(void* message) : message_(message) {}

  std::string_view subject() const;
  std::string_view reply() const;
  std::string_view payload() const;
  // From the header line "NATS/1.0 503 No Responders": "503" and "No Responders". Empty if the
  // message has no such line.
  std::string_view status() const { return header("Status"); }
  std::string_view description() const { return header("Description"); }
  // Empty if there is none.
  std::string_view header(const char* name) const;

 private:
  void* message_;
};

// A subscription or a listener while the object lives. The destructor waits for a running callback,
// so it must not be called in that callback. Must not outlive the Connection.
class Subscription {
 public:
  struct State;
  explicit Subscription(std::unique_ptr<State> state);
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription();

 private:
  std::unique_ptr<State> state_;
};

class StateListener {
 public:
  struct State;
  explicit StateListener(std::shared_ptr<State> state);
  StateListener(const StateListener&) = delete;
  StateListener& operator=(const StateListener&) = delete;
  ~StateListener();

 private:
  std::shared_ptr<State> state_;
};

// A connection to a cluster of nats-servers that reconnects by itself. Subscriptions survive that,
// but messages sent meanwhile are lost. While it is not connected, everything fails at once with
// UNAVAILABLE, and nothing is sent later. Thread-safe. Several may live in one process.
//
// Callbacks run on threads of the cnats library: one for each subscription, and one for all state
// listeners of the process. They must not block.
//
// All functions may return: UNAVAILABLE (no server, no answer, nobody listens), UNAUTHENTICATED
// (the credentials are refused), PERMISSION_DENIED (they do not cover this subject),
// INVALID_ARGUMENT (larger than the server's max_payload), INTERNAL.
class Connection {
 public:
  using OnDelivery = std::function<void(const Delivery&)>;
  using OnState = std::function<void(const ConnectionState&)>;

  // Connects to the first server that answers. Blocks at most for connect_timeout for each server.
  // UNAVAILABLE names the addresses that were tried. FAILED_PRECONDITION names a file that cannot
  // be used, or the problem with TLS.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);

  // Its Subscriptions and StateListeners must be destroyed before.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends a request and waits for its answer. Not for callbacks. UNAVAILABLE after `timeout`: the
  // request may have had an effect. PERMISSION_DENIED if the server refused the subject, which it
  // reports apart from the answer that never arrives.
  absl::StatusOr<std::string> Request(const std::string& subject, std::string_view payload,
                                      absl::Duration timeout);

  // Passes the message to the socket. `reply` may be empty. OK does not mean that it arrived.
  // Messages of one thread keep their order. Blocks only while the buffer of the socket is full,
  // for at most kWriteDeadline; then it reconnects. `trace` becomes the only header of the message,
  // traceparent. There is none if it is empty, or the server accepts no headers.
  absl::Status Publish(const std::string& subject, const std::string& reply,
                       std::string_view payload, const storage::Traceparent& trace = {});

  // `subject` may have wildcards. Messages wait in memory, without a limit, until the callback gets
  // them, so the subscriber must limit what it asks for.
  absl::StatusOr<std::unique_ptr<Subscription>> Subscribe(const std::string& subject,
                                                          OnDelivery on_delivery);

  // Calls `on_state` at each change from now on, not for the current state.
  std::unique_ptr<StateListener> Listen(OnState on_state);

  ConnectionState state() const;
  // The largest message that the connected server accepts, in bytes; 0 if there is none.
  int64_t max_payload() const;
  // URLs of all known servers: given and learnt.
  std::vector<std::string> servers() const;
  // PERMISSION_DENIED, in the server's words, if it refused to let us publish to this subject or
  // subscribe to our inboxes. Otherwise OK.
  absl::Status Refusal(const std::string& subject) const;

  // A unique subject for answers: "_INBOX.<random>". The caller may add ".token" or ".*".
  static std::string NewInbox();

 private:
  struct Core;
  explicit Connection(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_CONNECTION_H_
