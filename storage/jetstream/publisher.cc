#include "storage/jetstream/publisher.h"

#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "storage/jetstream/json.h"
#include "storage/mutex.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::jetstream {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr char kNoResponders[] = "503";

Publisher::Ack AckOf(const Delivery& delivery, const std::string& stream) {
  if (delivery.payload().empty()) {
    const bool nobody = delivery.status() == kNoResponders;
    return {absl::UnavailableError(
                nobody ? absl::StrCat("no server answers for stream ", stream,
                                      ": it has no leader, or there is no such stream")
                       : absl::StrCat("an empty answer for stream ", stream)),
            0};
  }
  const std::string what = "publishing to stream " + stream;
  const absl::StatusOr<rapidjson::Document> json = ParseAnswer(delivery.payload(), what);
  if (!json.ok()) {
    // After any other error it is not known whether the message was stored.
    const absl::StatusCode code = json.status().code();
    const bool known = code == absl::StatusCode::kResourceExhausted ||
                       code == absl::StatusCode::kInvalidArgument ||
                       code == absl::StatusCode::kPermissionDenied;
    return {known ? json.status() : absl::UnavailableError(json.status().message()), 0};
  }
  const uint64_t sequence = UnsignedOf(*json, "seq");
  if (TextOf(*json, "stream") != stream || sequence == 0) {
    return {absl::UnavailableError(absl::StrCat(what, ": stream '", TextOf(*json, "stream"),
                                                "' answered with sequence ", sequence)),
            0};
  }
  return {absl::OkStatus(), sequence};
}

}  // namespace

struct Publisher::Core {
  Core(Connection& to, const std::string& stream_name, const std::string& publish_subject,
       const PublisherOptions& chosen)
      : connection(to), stream(stream_name), subject(publish_subject), options(chosen) {}

  struct Waiting {
    OnAck on_ack;
    size_t bytes = 0;
    SteadyTime deadline;
  };

  Connection& connection;
  const std::string stream;
  const std::string subject;
  const PublisherOptions options;
  const std::string inbox = Connection::NewInbox();

  mutable Mutex mutex;
  CondVar changed;
  // By number, which is the order of publishing and so of deadlines.
  std::map<uint64_t, Waiting> waiting ABSL_GUARDED_BY(mutex);
  uint64_t next_number ABSL_GUARDED_BY(mutex) = 1;
  size_t bytes_in_flight ABSL_GUARDED_BY(mutex) = 0;
  bool closed ABSL_GUARDED_BY(mutex) = false;

  std::unique_ptr<Subscription> subscription;
  std::unique_ptr<StateListener> listener;
  std::thread timer;

  std::string ReplyOf(uint64_t number) const { return absl::StrCat(inbox, ".", number); }

  // Removes one that waits, if it still does.
  std::optional<OnAck> Remove(uint64_t number) {
    MutexLock lock(mutex);
    const auto found = waiting.find(number);
    if (found == waiting.end()) return std::nullopt;
    OnAck on_ack = std::move(found->second.on_ack);
    bytes_in_flight -= found->second.bytes;
    waiting.erase(found);
    return on_ack;
  }

  void OnAnswer(const Delivery& delivery) {
    const std::string_view answered = delivery.subject();
    uint64_t number = 0;
    if (answered.size() <= inbox.size() + 1 ||
        !absl::SimpleAtoi(std::string(answered.substr(inbox.size() + 1)), &number)) {
      return;
    }
    if (std::optional<OnAck> on_ack = Remove(number)) (*on_ack)(AckOf(delivery, stream));
  }

  // Answers all that wait, in order.
  void FailAll(const absl::Status& status) {
    std::map<uint64_t, Waiting> failed;
    {
      MutexLock lock(mutex);
      failed.swap(waiting);
      bytes_in_flight = 0;
    }
    for (auto& [number, one] : failed) one.on_ack({status, 0});
  }

  // The number of the first one, once its time is over. Nothing when the publisher is closed.
  std::optional<uint64_t> WaitForOverdue() {
    MutexLock lock(mutex);
    while (!closed) {
      if (waiting.empty()) {
        changed.Wait(mutex);
        continue;
      }
      const auto& [number, first] = *waiting.begin();
      if (std::chrono::steady_clock::now() >= first.deadline) return number;
      changed.WaitUntil(mutex, first.deadline);
    }
    return std::nullopt;
  }

  void RunTimer() {
    NameThread("nats-acks");
    while (const std::optional<uint64_t> number = WaitForOverdue()) {
      absl::Status status = connection.Refusal(subject);
      if (status.ok()) {
        status = absl::UnavailableError(absl::StrCat("stream ", stream, " did not answer within ",
                                                     absl::FormatDuration(options.ack_timeout),
                                                     "; the message may be stored"));
      }
      if (std::optional<OnAck> on_ack = Remove(*number)) (*on_ack)({status, 0});
    }
  }
};

absl::StatusOr<std::unique_ptr<Publisher>> Publisher::Open(Connection& connection,
                                                           const std::string& stream,
                                                           const std::string& subject,
                                                           const PublisherOptions& options) {
  auto core = std::make_unique<Core>(connection, stream, subject, options);
  Core* kept = core.get();
  ASSIGN_OR_RETURN(core->subscription,
                   connection.Subscribe(core->inbox + ".*", [kept](const Delivery& delivery) {
                     kept->OnAnswer(delivery);
                   }));
  core->listener = connection.Listen([kept](const ConnectionState& state) {
    if (state.phase != ConnectionPhase::kConnected) kept->FailAll(state.reason);
  });
  core->timer = std::thread([kept] { kept->RunTimer(); });
  return std::unique_ptr<Publisher>(new Publisher(std::move(core)));
}

Publisher::Publisher(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Publisher::~Publisher() {
  {
    MutexLock lock(core_->mutex);
    core_->closed = true;
    core_->changed.NotifyAll();
  }
  core_->timer.join();
  core_->listener.reset();
  core_->subscription.reset();
  core_->FailAll(absl::UnavailableError("the publisher was closed; the message may be stored"));
}

absl::Status Publisher::Publish(std::string_view bytes, OnAck on_ack,
                                const storage::Traceparent& trace) {
  uint64_t number = 0;
  {
    MutexLock lock(core_->mutex);
    if (core_->closed) return absl::UnavailableError("the publisher is closed");
    if (!core_->waiting.empty() &&
        core_->bytes_in_flight + bytes.size() > core_->options.max_bytes_in_flight) {
      return absl::UnavailableError(absl::StrCat(
          core_->bytes_in_flight, " bytes are on their way to stream ", core_->stream,
          " without an answer, and at most ", core_->options.max_bytes_in_flight, " may be"));
    }
    number = core_->next_number++;
    const SteadyTime deadline =
        std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(core_->options.ack_timeout);
    const bool first = core_->waiting.empty();
    core_->waiting.emplace(number, Core::Waiting{std::move(on_ack), bytes.size(), deadline});
    core_->bytes_in_flight += bytes.size();
    if (first) core_->changed.NotifyAll();
  }
  absl::Status sent =
      core_->connection.Publish(core_->subject, core_->ReplyOf(number), bytes, trace);
  // If it no longer waits, the connection was lost meanwhile and on_ack was called.
  if (!sent.ok() && core_->Remove(number)) return sent;
  return absl::OkStatus();
}

size_t Publisher::bytes_in_flight() const {
  MutexLock lock(core_->mutex);
  return core_->bytes_in_flight;
}

}  // namespace chipline::jetstream
