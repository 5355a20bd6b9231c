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
  // "nats://HOST:PORT" or "tls://HOST:PORT" each, at least one (Address::Urls). tls:// demands TLS;
  // by nats:// it is used where the server wants it. They are tried in a
  // random order. Other servers of the cluster are learnt from the one that answers.
  std::vector<std::string> urls;
  // Shown in the servers' list of connections.
  std::string name = "chipline";
  // Empty: none. Either a NATS credentials file (a JWT and a seed, as `nsc` writes it), or two
  // lines
  //   user: NAME
  //   password: PASSWORD
  std::string credentials_file;
  // PEM files; empty: the system's authorities, and no certificate of our own. A certificate and
  // its key are given together.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  // For each server, when connecting and when connecting again.
  absl::Duration connect_timeout = absl::Seconds(2);
  // A server that is silent for two to three times as long is taken for lost: soon enough that a
  // node beside a server that was cut off goes on at another before callers hear of it.
  absl::Duration ping_interval = absl::Seconds(2);
  // Between attempts to connect again, which never end; a random part of the same size is added.
  absl::Duration reconnect_wait = absl::Milliseconds(100);
};

enum class ConnectionPhase {
  kConnected,
  // Being connected again; goes on for ever.
  kDisconnected,
  // For good: the servers twice refused our credentials while connecting again. Only a new
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

// A message as it came; valid during the callback that gets it.
class Delivery {
 public:
  // `message` is a natsMsg.
  explicit Delivery(void* message) : message_(message) {}

  std::string_view subject() const;
  std::string_view reply() const;
  std::string_view payload() const;
  // Of the header line "NATS/1.0 503 No Responders": "503" and "No Responders". Empty if the
  // message has no such line.
  std::string_view status() const { return header("Status"); }
  std::string_view description() const { return header("Description"); }
  // Empty if there is none.
  std::string_view header(const char* name) const;

 private:
  void* message_;
};

// A subscription, or a listener, until it is destroyed. The destructor waits until a callback that
// runs has ended, so it must not run in that callback. Must not outlive the Connection.
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

// A connection to a cluster of nats-servers, which connects again by itself. Subscriptions are kept
// over that, but what the servers sent meanwhile is lost. While it is not connected everything
// fails at once with UNAVAILABLE, and nothing is sent later. Thread-safe. Several may live in one
// process.
//
// Callbacks run on threads of the cnats library: one for each subscription, and one for all state
// listeners of the process. They must not block.
//
// Errors of all its functions: UNAVAILABLE (no server, no answer, nobody listens), UNAUTHENTICATED
// (the credentials are refused), PERMISSION_DENIED (they do not cover this subject),
// INVALID_ARGUMENT (larger than the server's max_payload), INTERNAL.
class Connection {
 public:
  using OnDelivery = std::function<void(const Delivery&)>;
  using OnState = std::function<void(const ConnectionState&)>;

  // Connects to the first server that answers. Blocks for at most connect_timeout a server.
  // UNAVAILABLE names the addresses that were tried; FAILED_PRECONDITION names a file that cannot
  // be used, or what is wrong with TLS.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);

  // Its Subscriptions and StateListeners are gone by then.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends a request and waits for its answer. Not for callbacks. After `timeout` UNAVAILABLE, which
  // does not say that nothing happened; PERMISSION_DENIED if the server refused the subject, which
  // it says only beside the answer that never comes.
  absl::StatusOr<std::string> Request(const std::string& subject, std::string_view payload,
                                      absl::Duration timeout);

  // Hands the message to the socket. `reply` may be empty. OK does not mean that it arrived. What
  // one thread publishes keeps its order. Blocks only while the socket's buffer is full, for at
  // most kWriteDeadline, after which the connection is made again. `trace` becomes the message's
  // one header, traceparent; there is none if it is empty, or the server takes no headers.
  absl::Status Publish(const std::string& subject, const std::string& reply,
                       std::string_view payload, const storage::Traceparent& trace = {});

  // `subject` may hold wildcards. Messages wait in memory without a bound until the callback takes
  // them: whoever subscribes bounds what it asks for.
  absl::StatusOr<std::unique_ptr<Subscription>> Subscribe(const std::string& subject,
                                                          OnDelivery on_delivery);

  // Calls `on_state` at each change from now on, not for the state that is.
  std::unique_ptr<StateListener> Listen(OnState on_state);

  ConnectionState state() const;
  // Bytes that the connected server takes in one message; 0 if there is none.
  int64_t max_payload() const;
  // URLs of all servers that are known: given and learnt.
  std::vector<std::string> servers() const;
  // PERMISSION_DENIED, in the server's words, if it refused to let us publish to this subject or
  // subscribe to our inboxes; else OK.
  absl::Status Refusal(const std::string& subject) const;

  // A subject that nobody else has, for answers: "_INBOX.<random>". Free for the caller to add
  // ".token" or ".*".
  static std::string NewInbox();

 private:
  struct Core;
  explicit Connection(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_CONNECTION_H_
