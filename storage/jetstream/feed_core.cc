#include "storage/jetstream/feed_core.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "storage/error.h"
#include "storage/jetstream/json.h"
#include "storage/jetstream/pull.h"
#include "storage/status_macros.h"
#include "storage/stream_order.h"
#include "storage/thread_name.h"

namespace chipline::jetstream {
namespace {

// Servers remove a consumer after this time without a request.
constexpr absl::Duration kInactive = absl::Minutes(1);
constexpr absl::Duration kPullExpires = absl::Seconds(30);
// More than two heartbeats, so that a late one does not count as missing.
constexpr double kSilentHeartbeats = 2.5;
constexpr absl::Duration kFirstRetry = absl::Milliseconds(50);
constexpr absl::Duration kLastRetry = absl::Milliseconds(250);
// Requests get lost while leaders are elected, which takes a few seconds. So the first attempts
// wait only as long as a healthy server needs. Later ones wait longer, in case the server is slow.
constexpr int kQuickAttempts = 40;
constexpr absl::Duration kQuickTimeout = absl::Milliseconds(400);
// Bytes of a message besides its payload: subject, headers.
constexpr size_t kEnvelopeBytes = 64 << 10;

size_t PullBytes(const Connection& connection, const FeedOptions& options) {
  const size_t largest = static_cast<size_t>(connection.max_payload()) + kEnvelopeBytes;
  return std::max(options.max_queued_bytes / 2, largest);
}

std::chrono::nanoseconds RetryAfter(int failures) {
  const absl::Duration wait = kFirstRetry * (1 << std::clamp(failures - 1, 0, 10));
  return absl::ToChronoNanoseconds(std::min(wait, kLastRetry));
}

absl::Status Rewritten(const std::string& what) {
  return Error(absl::StatusCode::kDataLoss, "STREAM_REWRITTEN",
               absl::StrCat(what,
                            ": it has lost what was acknowledged, or is another one. See "
                            "\"A stream that was lost\" in deploy/RUNBOOK.md"));
}

bool ForGood(const absl::Status& status) {
  return status.code() == absl::StatusCode::kPermissionDenied ||
         status.code() == absl::StatusCode::kUnauthenticated ||
         status.code() == absl::StatusCode::kDataLoss;
}

}  // namespace

Feed::Core::Core(Connection& connection, const std::string& stream, uint64_t from,
                 const FeedOptions& options)
    : connection_(connection),
      stream_(stream),
      options_(options),
      pull_bytes_(PullBytes(connection, options)),
      max_queued_bytes_(2 * pull_bytes_),
      // The random part of the inbox.
      consumer_prefix_("feed-" + inbox_.substr(inbox_.rfind('.') + 1)),
      expected_(from) {}

Feed::Core::~Core() {
  Close();
  if (thread_.joinable()) thread_.join();
  listener_.reset();
  subscription_.reset();
  std::string consumer;
  {
    MutexLock lock(mutex_);
    consumer = consumer_;
  }
  RemoveConsumer(consumer);
}

absl::Status Feed::Core::Start() {
  ASSIGN_OR_RETURN(subscription_,
                   connection_.Subscribe(
                       inbox_ + ".*", [this](const Delivery& delivery) { OnDelivery(delivery); }));
  listener_ = connection_.Listen([this](const ConnectionState& state) { OnState(state); });
  RETURN_IF_ERROR(MakeConsumer());
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

std::string Feed::Core::ReplyOf(uint64_t pull) const { return absl::StrCat(inbox_, ".", pull); }

void Feed::Core::OnDelivery(const Delivery& delivery) {
  MutexLock lock(mutex_);
  // Nothing that was requested before the gap is needed.
  if (gap_ || lost_ || !end_.ok()) return;
  if (delivery.status().empty()) {
    OnMessage(delivery);
  } else {
    OnStatus(delivery);
  }
}

void Feed::Core::OnMessage(const Delivery& delivery) {
  const std::optional<Origin> origin = ParseOrigin(delivery.reply());
  if (!origin || origin->consumer != consumer_) return;
  heard_ = std::chrono::steady_clock::now();
  consumer_sequence_ = origin->consumer_sequence;
  if (pull_left_ > 0 && --pull_left_ == 0) {
    pull_open_ = false;
    changed_.NotifyAll();
  }
  const uint64_t overlapped = overlaps_ && !overlap_due_ ? 1 : 0;
  const bool first = origin->consumer_sequence == overlapped + 1;
  if (origin->stream_sequence < expected_) {
    if (origin->stream_sequence + 1 == expected_) OnOverlap(delivery.payload());
    return;
  }
  if (origin->stream_sequence > expected_ || overlap_due_)
    return OnGap(origin->stream_sequence, first);
  suspected_ = 0;
  ++expected_;
  last_hash_ = storage::MessageHash(delivery.payload());
  queue_.push_back({origin->stream_sequence, origin->time, std::string(delivery.payload())});
  queued_bytes_ += delivery.payload().size();
  if (queue_.size() == 1) arrived_.NotifyAll();
}

void Feed::Core::OnOverlap(std::string_view payload) {
  overlap_due_ = false;
  if (last_hash_.empty() || storage::MessageHash(payload) == last_hash_) return;
  End(Rewritten(
      absl::StrCat("message ", expected_ - 1, " of the stream ", stream_, " is another one now")));
}

void Feed::Core::End(const absl::Status& why) {
  if (end_.ok()) end_ = why;
  arrived_.NotifyAll();
  changed_.NotifyAll();
}

// Messages in flight get lost with a connection or a route, so a consumer that left out something
// is not asked again. Only what a new one leaves out twice, at its very beginning, is not in the
// stream.
void Feed::Core::OnGap(uint64_t got, bool first) {
  if (first && suspected_ == got) {
    gap_ = FeedGap{FeedGap::Kind::kHole, overlap_due_ ? expected_ - 1 : expected_, got};
    arrived_.NotifyAll();
  } else if (first) {
    suspected_ = got;
  }
  Lose();
}

void Feed::Core::OnStatus(const Delivery& delivery) {
  // It answers an older request.
  if (delivery.subject() != ReplyOf(pull_)) return;
  switch (PullStatusOf(delivery.status(), delivery.description())) {
    case PullStatus::kHeartbeat: {
      heard_ = std::chrono::steady_clock::now();
      uint64_t sent = 0;
      const bool stated =
          absl::SimpleAtoi(std::string(delivery.header("Nats-Last-Consumer")), &sent);
      // It has sent more than arrived.
      if (stated && sent > consumer_sequence_) Lose();
      break;
    }
    case PullStatus::kTooLarge:
      // Too large for the rest of the bytes, unless nothing came before.
      if (pull_left_ == options_.batch) {
        return End(absl::ResourceExhaustedError(
            absl::StrCat("message ", expected_, " of stream ", stream_, " has more than ",
                         pull_bytes_, " bytes, the most that this feed takes")));
      }
      [[fallthrough]];
    case PullStatus::kRequestEnded:
      heard_ = std::chrono::steady_clock::now();
      pull_open_ = false;
      changed_.NotifyAll();
      break;
    case PullStatus::kConsumerLost:
      Lose();
      break;
  }
}

void Feed::Core::OnState(const ConnectionState& state) {
  MutexLock lock(mutex_);
  if (state.phase == ConnectionPhase::kConnected) failures_ = 0;
  // Messages in flight are lost, without a gap if nothing follows.
  Lose();
}

void Feed::Core::Lose() {
  lost_ = true;
  pull_open_ = false;
  changed_.NotifyAll();
}

absl::StatusOr<uint64_t> Feed::Core::CheckStream(absl::Duration timeout) {
  ASSIGN_OR_RETURN(const StreamInfo info, Stream(connection_, stream_, timeout).Info());
  MutexLock lock(mutex_);
  const uint64_t from = expected_;
  if (stream_created_ == absl::InfinitePast()) stream_created_ = info.created;
  if (stream_created_ != info.created) {
    return Rewritten(absl::StrCat(
        "stream ", stream_, " was created at ", absl::FormatTime(info.created),
        "; the one that was read before was created at ", absl::FormatTime(stream_created_)));
  }
  if (!last_hash_.empty() && info.last_sequence + 1 < from) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!behind_since_.has_value()) behind_since_ = now;
    const std::string words =
        absl::StrCat("the stream ", stream_, " ends at message ", info.last_sequence,
                     ", and message ", from - 1, " came from it before");
    if (now - *behind_since_ >= absl::ToChronoNanoseconds(options_.behind_for))
      return Rewritten(words);
    return absl::UnavailableError(words);
  }
  behind_since_.reset();
  if (info.first_sequence > from) {
    gap_ = FeedGap{FeedGap::Kind::kTrimmed, from, info.first_sequence};
    arrived_.NotifyAll();
  }
  overlaps_ = overlap_due_ = !last_hash_.empty() && info.first_sequence < from;
  return overlaps_ ? from - 1 : from;
}

absl::Status Feed::Core::MakeConsumer() {
  std::string older, name;
  absl::Duration timeout = options_.request_timeout;
  {
    MutexLock lock(mutex_);
    if (made_ > 0 && failures_ < kQuickAttempts) timeout = std::min(timeout, kQuickTimeout);
    older = std::exchange(consumer_, absl::StrCat(consumer_prefix_, "-", ++named_));
    name = consumer_;
    consumer_sequence_ = 0;
  }
  RemoveConsumer(older);
  ASSIGN_OR_RETURN(const uint64_t from, CheckStream(timeout));
  {
    MutexLock lock(mutex_);
    if (gap_) return absl::OkStatus();
    // Before it is created, so that a loss of the connection from now on is noticed.
    lost_ = false;
    heard_ = std::chrono::steady_clock::now();
  }
  const std::string call = absl::StrCat("CONSUMER.CREATE.", stream_, ".", name);
  ASSIGN_OR_RETURN(const std::string answer,
                   connection_.Request("$JS.API." + call,
                                       ConsumerJson(stream_, name, from, kInactive), timeout));
  RETURN_IF_ERROR(ParseAnswer(answer, call).status());
  MutexLock lock(mutex_);
  ++made_;
  failures_ = 0;
  return absl::OkStatus();
}

void Feed::Core::RemoveConsumer(const std::string& name) {
  if (name.empty()) return;
  // Nobody waits for the answer. If it is not removed now, its server removes it after kInactive.
  (void)connection_.Publish(absl::StrCat("$JS.API.CONSUMER.DELETE.", stream_, ".", name), "", "");
}

absl::Status Feed::Core::Judged(const absl::Status& status) {
  if (!absl::IsNotFound(status)) {
    missing_since_.reset();
    return status;
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  if (!missing_since_) missing_since_ = now;
  const std::string words(status.message());
  if (now - *missing_since_ < absl::ToChronoNanoseconds(options_.missing_for)) {
    return absl::UnavailableError(words);
  }
  return Error(absl::StatusCode::kDataLoss, "STREAM_MISSING",
               absl::StrCat("stream ", stream_, " is gone: ", words));
}

void Feed::Core::Remake() {
  const absl::Status made = MakeConsumer();
  MutexLock lock(mutex_);
  stalled_ = Judged(made);
  if (made.ok()) return;
  Lose();
  if (ForGood(stalled_)) return End(stalled_);
  const SteadyTime next = std::chrono::steady_clock::now() + RetryAfter(++failures_);
  // A new connection sets failures_ to 0.
  while (end_.ok() && failures_ > 0 && changed_.WaitUntil(mutex_, next)) {
  }
}

void Feed::Core::Pull(uint64_t number, const std::string& consumer) {
  const absl::Status sent = connection_.Publish(
      absl::StrCat("$JS.API.CONSUMER.MSG.NEXT.", stream_, ".", consumer), ReplyOf(number),
      PullJson(options_.batch, pull_bytes_, kPullExpires, options_.heartbeat));
  if (sent.ok()) return;
  MutexLock lock(mutex_);
  Lose();
}

Feed::Core::Step Feed::Core::NextStep() {
  const auto silence = absl::ToChronoNanoseconds(options_.heartbeat * kSilentHeartbeats);
  MutexLock lock(mutex_);
  while (end_.ok()) {
    if (gap_) {
      changed_.Wait(mutex_);
    } else if (lost_) {
      return Step::kMake;
    } else if (pull_open_) {
      if (std::chrono::steady_clock::now() >= heard_ + silence) {
        Lose();
      } else {
        changed_.WaitUntil(mutex_, heard_ + silence);
      }
    } else if (queued_bytes_ + pull_bytes_ <= max_queued_bytes_) {
      pull_open_ = true;
      pull_left_ = options_.batch;
      heard_ = std::chrono::steady_clock::now();
      ++pull_;
      return Step::kPull;
    } else {
      changed_.Wait(mutex_);
    }
  }
  return Step::kEnd;
}

void Feed::Core::Run() {
  NameThread("nats-feed");
  for (Step step = NextStep(); step != Step::kEnd; step = NextStep()) {
    if (step == Step::kMake) {
      Remake();
      continue;
    }
    uint64_t number = 0;
    std::string consumer;
    {
      MutexLock lock(mutex_);
      number = pull_;
      consumer = consumer_;
    }
    Pull(number, consumer);
  }
}

}  // namespace chipline::jetstream
