#include "storage/jetstream/connection.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "storage/jetstream/nats_options.h"
#include "storage/mutex.h"
#include "storage/status_macros.h"

// cnats is not built for ThreadSanitizer, which sees none of its locks. So everything that a
// callback reads is written under a Mutex of ours, which the callback takes.
namespace chipline::jetstream {
namespace {

constexpr size_t kMaxRefusals = 64;
constexpr char kInboxPrefix[] = "_INBOX.";

natsMsg* MessageOf(void* message) { return static_cast<natsMsg*>(message); }

std::string_view ViewOf(const char* text) { return text == nullptr ? std::string_view() : text; }

std::string ServerOf(natsConnection* connection) {
  char url[256] = "";
  return natsConnection_GetConnectedUrl(connection, url, sizeof(url)) == NATS_OK ? url : "";
}

struct DestroyConnection {
  void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
};
struct DestroyMessage {
  void operator()(natsMsg* message) const { natsMsg_Destroy(message); }
};
using Message = std::unique_ptr<natsMsg, DestroyMessage>;

}  // namespace

std::string_view Delivery::subject() const {
  return ViewOf(natsMsg_GetSubject(MessageOf(message_)));
}
std::string_view Delivery::reply() const { return ViewOf(natsMsg_GetReply(MessageOf(message_))); }
std::string_view Delivery::payload() const {
  return {natsMsg_GetData(MessageOf(message_)),
          static_cast<size_t>(natsMsg_GetDataLength(MessageOf(message_)))};
}
std::string_view Delivery::header(const char* name) const {
  const char* value = nullptr;
  if (natsMsgHeader_Get(MessageOf(message_), name, &value) != NATS_OK) return {};
  return ViewOf(value);
}

// What the thread of cnats for one subscription refers to.
struct Subscription::State {
  Mutex mutex;
  CondVar ended;
  Connection::OnDelivery on_delivery ABSL_GUARDED_BY(mutex);
  bool complete ABSL_GUARDED_BY(mutex) = false;
  natsSubscription* subscription = nullptr;

  static void OnMessage(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    const Message owned(message);
    State& state = *static_cast<State*>(closure);
    const Connection::OnDelivery* callback = nullptr;
    {
      MutexLock lock(state.mutex);
      callback = &state.on_delivery;
    }
    // Without the lock: nobody changes it until this thread has ended.
    (*callback)(Delivery(message));
  }
  static void OnComplete(void* closure) {
    State& state = *static_cast<State*>(closure);
    MutexLock lock(state.mutex);
    state.complete = true;
    state.ended.NotifyAll();
  }
};

Subscription::Subscription(std::unique_ptr<State> state) : state_(std::move(state)) {}

Subscription::~Subscription() {
  // Fails if the connection was closed for good, which ends the thread as well.
  (void)natsSubscription_Unsubscribe(state_->subscription);
  {
    MutexLock lock(state_->mutex);
    while (!state_->complete) state_->ended.Wait(state_->mutex);
  }
  natsSubscription_Destroy(state_->subscription);
}

struct StateListener::State {
  Mutex mutex;
  Connection::OnState on_state ABSL_GUARDED_BY(mutex);
};

StateListener::StateListener(std::shared_ptr<State> state) : state_(std::move(state)) {}

StateListener::~StateListener() {
  MutexLock lock(state_->mutex);
  state_->on_state = nullptr;
}

struct Connection::Core {
  mutable Mutex mutex;
  CondVar changed;
  std::unique_ptr<natsConnection, DestroyConnection> connection;
  ConnectionState state ABSL_GUARDED_BY(mutex);
  // Set by the last callback that cnats makes.
  bool ended ABSL_GUARDED_BY(mutex) = false;
  std::vector<std::weak_ptr<StateListener::State>> listeners ABSL_GUARDED_BY(mutex);
  // The server's words, by subject.
  absl::flat_hash_map<std::string, std::string> refusals ABSL_GUARDED_BY(mutex);
  absl::Status auth_error ABSL_GUARDED_BY(mutex);

  ~Core() {
    if (connection == nullptr) return;
    natsConnection_Close(connection.get());
    MutexLock lock(mutex);
    while (!ended) changed.Wait(mutex);
  }

  void Change(ConnectionState next) {
    std::vector<std::shared_ptr<StateListener::State>> told;
    {
      MutexLock lock(mutex);
      state = next;
      std::erase_if(listeners, [](const auto& listener) { return listener.expired(); });
      for (const std::weak_ptr<StateListener::State>& listener : listeners) {
        if (auto there = listener.lock()) told.push_back(std::move(there));
      }
    }
    for (const std::shared_ptr<StateListener::State>& listener : told) {
      MutexLock lock(listener->mutex);
      if (listener->on_state) listener->on_state(next);
    }
  }

  void NoteRefusal(const std::string& words) {
    const size_t first = words.find('"');
    const size_t last = words.rfind('"');
    if (first == std::string::npos || first == last) return;
    const std::string subject = words.substr(first + 1, last - first - 1);
    MutexLock lock(mutex);
    if (refusals.size() >= kMaxRefusals) refusals.clear();
    refusals[subject] = words;
  }

  static void OnDisconnected(natsConnection*, void* closure) {
    Core& core = *static_cast<Core*>(closure);
    std::string server;
    {
      MutexLock lock(core.mutex);
      server = core.state.server;
    }
    core.Change({ConnectionPhase::kDisconnected, "",
                 absl::UnavailableError(absl::StrCat("the connection to ", server, " was lost"))});
  }
  static void OnReconnected(natsConnection* connection, void* closure) {
    Core& core = *static_cast<Core*>(closure);
    {
      // Another server, or other permissions.
      MutexLock lock(core.mutex);
      core.refusals.clear();
    }
    core.Change({ConnectionPhase::kConnected, ServerOf(connection), absl::OkStatus()});
  }
  static void OnClosed(natsConnection*, void* closure) {
    Core& core = *static_cast<Core*>(closure);
    absl::Status reason;
    {
      MutexLock lock(core.mutex);
      reason = core.auth_error.ok() ? absl::UnavailableError("the connection to NATS is closed")
                                    : core.auth_error;
    }
    core.Change({ConnectionPhase::kClosed, "", reason});
    MutexLock lock(core.mutex);
    core.ended = true;
    core.changed.NotifyAll();
  }
  static void OnError(natsConnection*, natsSubscription*, natsStatus status, void* closure) {
    Core& core = *static_cast<Core*>(closure);
    const char* words = nats_GetLastError(nullptr);
    if (status == NATS_NOT_PERMITTED && words != nullptr) core.NoteRefusal(words);
    if (status == NATS_CONNECTION_AUTH_FAILED) {
      MutexLock lock(core.mutex);
      core.auth_error = NatsError(status, "connecting to NATS again");
    }
  }

  absl::Status Connected() const {
    MutexLock lock(mutex);
    return state.phase == ConnectionPhase::kConnected ? absl::OkStatus() : state.reason;
  }
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options) {
  auto core = std::make_unique<Core>();
  ASSIGN_OR_RETURN(NatsOptions made, MakeNatsOptions(options));
  for (natsStatus set :
       {natsOptions_SetDisconnectedCB(made.get(), Core::OnDisconnected, core.get()),
        natsOptions_SetReconnectedCB(made.get(), Core::OnReconnected, core.get()),
        natsOptions_SetClosedCB(made.get(), Core::OnClosed, core.get()),
        natsOptions_SetErrorHandler(made.get(), Core::OnError, core.get())}) {
    RETURN_IF_ERROR(NatsError(set, "callbacks of NATS"));
  }
  natsConnection* connection = nullptr;
  const natsStatus connected = natsConnection_Connect(&connection, made.get());
  if (connected != NATS_OK) {
    return NatsError(connected,
                     absl::StrCat("connecting to NATS at ", absl::StrJoin(options.urls, ", ")));
  }
  core->connection.reset(connection);
  {
    // A callback may have run before and knows better.
    MutexLock lock(core->mutex);
    if (core->state.reason.ok()) {
      core->state = {ConnectionPhase::kConnected, ServerOf(connection), absl::OkStatus()};
    }
  }
  return std::unique_ptr<Connection>(new Connection(std::move(core)));
}

Connection::Connection(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Connection::~Connection() = default;

absl::StatusOr<std::string> Connection::Request(const std::string& subject,
                                                std::string_view payload, absl::Duration timeout) {
  RETURN_IF_ERROR(core_->Connected());
  natsMsg* answer = nullptr;
  const natsStatus status = natsConnection_Request(
      &answer, core_->connection.get(), subject.c_str(), payload.data(),
      static_cast<int>(payload.size()), std::max<int64_t>(1, absl::ToInt64Milliseconds(timeout)));
  if (status == NATS_TIMEOUT) RETURN_IF_ERROR(Refusal(subject));
  RETURN_IF_ERROR(NatsError(status, absl::StrCat("request to ", subject)));
  const Message owned(answer);
  return std::string(Delivery(answer).payload());
}

absl::Status Connection::Publish(const std::string& subject, const std::string& reply,
                                 std::string_view payload, const storage::Traceparent& trace) {
  RETURN_IF_ERROR(core_->Connected());
  const std::string what = absl::StrCat("publishing to ", subject);
  const int size = static_cast<int>(payload.size());
  natsConnection* connection = core_->connection.get();
  // A server can be configured to accept no headers, and would then refuse the whole message.
  if (trace.empty() || natsConnection_HasHeaderSupport(connection) != NATS_OK) {
    return NatsError(reply.empty()
                         ? natsConnection_Publish(connection, subject.c_str(), payload.data(), size)
                         : natsConnection_PublishRequest(connection, subject.c_str(), reply.c_str(),
                                                         payload.data(), size),
                     what);
  }
  natsMsg* message = nullptr;
  RETURN_IF_ERROR(
      NatsError(natsMsg_Create(&message, subject.c_str(), reply.empty() ? nullptr : reply.c_str(),
                               payload.data(), size),
                what));
  const Message owned(message);
  RETURN_IF_ERROR(NatsError(
      natsMsgHeader_Set(message, storage::Traceparent::kHeader, trace.text().c_str()), what));
  return NatsError(natsConnection_PublishMsg(connection, message), what);
}

absl::StatusOr<std::unique_ptr<Subscription>> Connection::Subscribe(const std::string& subject,
                                                                    OnDelivery on_delivery) {
  auto state = std::make_unique<Subscription::State>();
  {
    MutexLock lock(state->mutex);
    state->on_delivery = std::move(on_delivery);
  }
  const std::string what = absl::StrCat("subscribing to ", subject);
  natsConnection* connection = core_->connection.get();
  RETURN_IF_ERROR(
      NatsError(natsConnection_Subscribe(&state->subscription, connection, subject.c_str(),
                                         Subscription::State::OnMessage, state.get()),
                what));
  constexpr int kNoLimit = -1;
  natsStatus set = natsSubscription_SetOnCompleteCB(state->subscription,
                                                    Subscription::State::OnComplete, state.get());
  if (set == NATS_OK) {
    set = natsSubscription_SetPendingLimits(state->subscription, kNoLimit, kNoLimit);
    auto made = std::make_unique<Subscription>(std::move(state));
    RETURN_IF_ERROR(NatsError(set, what));
    return made;
  }
  // The connection was closed just now. Its thread may still refer to the state and does not say
  // when it ends, so the state is never freed.
  natsSubscription_Destroy(state.release()->subscription);
  return NatsError(set, what);
}

std::unique_ptr<StateListener> Connection::Listen(OnState on_state) {
  auto state = std::make_shared<StateListener::State>();
  {
    MutexLock lock(state->mutex);
    state->on_state = std::move(on_state);
  }
  MutexLock lock(core_->mutex);
  core_->listeners.push_back(state);
  return std::make_unique<StateListener>(std::move(state));
}

ConnectionState Connection::state() const {
  MutexLock lock(core_->mutex);
  return core_->state;
}

int64_t Connection::max_payload() const {
  return core_->Connected().ok() ? natsConnection_GetMaxPayload(core_->connection.get()) : 0;
}

std::vector<std::string> Connection::servers() const {
  char** urls = nullptr;
  int count = 0;
  std::vector<std::string> servers;
  if (natsConnection_GetServers(core_->connection.get(), &urls, &count) != NATS_OK) return servers;
  for (int i = 0; i < count; ++i) {
    servers.emplace_back(urls[i]);
    std::free(urls[i]);
  }
  std::free(urls);
  return servers;
}

absl::Status Connection::Refusal(const std::string& subject) const {
  MutexLock lock(core_->mutex);
  for (const auto& [refused, words] : core_->refusals) {
    if (refused == subject || absl::StartsWith(refused, kInboxPrefix)) {
      return absl::PermissionDeniedError(absl::StrCat("NATS: ", words));
    }
  }
  return absl::OkStatus();
}

std::string Connection::NewInbox() {
  natsInbox* inbox = nullptr;
  if (natsInbox_Create(&inbox) != NATS_OK) return "";
  std::string subject = inbox;
  natsInbox_Destroy(inbox);
  return subject;
}

}  // namespace chipline::jetstream
