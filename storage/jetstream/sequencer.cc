#include "storage/jetstream/sequencer.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "storage/digest.h"
#include "storage/error.h"
#include "storage/jetstream/genesis.h"
#include "storage/jetstream/patience.h"
#include "storage/jetstream/requirements.h"
#include "storage/rules_version.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

// How long Take waits for messages before it checks whether to end.
constexpr absl::Duration kClosingPoll = absl::Milliseconds(20);
// How long it waits at a hole before it looks for the messages again.
constexpr absl::Duration kLookAgain = absl::Seconds(1);
// More holes are not an accident. Each node reports all of them every second.
constexpr size_t kMaxHoles = 256;

absl::Status Precondition(std::string_view reason, std::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

absl::Status Rewritten(const std::string& stream, uint64_t sequence, std::string_view what) {
  return Precondition(
      "STREAM_REWRITTEN",
      fmt::format("this log has taken message {} of the stream {}, {}; the stream has lost what "
                  "was acknowledged, or is another one. This node takes nothing from it. See "
                  "\"A stream that was lost\" in deploy/RUNBOOK.md",
                  sequence, stream, what));
}

absl::Status TrimmedBefore(const std::string& stream, uint64_t needed, uint64_t first) {
  return Precondition(
      "NEWER_BACKUP_NEEDED",
      fmt::format("the log needs message {} of the stream {}, which begins at {} now: it was "
                  "trimmed; restore a newer backup here with chipline restore --join",
                  needed, stream, first));
}

}  // namespace

absl::StatusOr<std::unique_ptr<JetStreamSequencer>> JetStreamSequencer::Open(
    const SequencerOptions& options) {
  std::unique_ptr<JetStreamSequencer> sequencer(new JetStreamSequencer(options));
  RETURN_IF_ERROR(sequencer->Connect());
  return sequencer;
}

JetStreamSequencer::~JetStreamSequencer() = default;

absl::Status JetStreamSequencer::Connect() {
  ConnectionOptions connecting = options_.connection;
  connecting.urls = options_.address.Urls();
  connecting.name = fmt::format("chipline {}", options_.node);
  ASSIGN_OR_RETURN(connection_, Connection::Open(connecting));
  // First: a server that is too old does not keep all settings of a stream.
  servers_ = AskGreetings(*connection_, kGreetingTimeout);
  RETURN_IF_ERROR(CheckServers(servers_.servers, {}));
  stream_.emplace(*connection_, options_.address.stream);
  const auto info = AskStream();
  if (absl::IsNotFound(info.status())) {
    return Error(absl::StatusCode::kNotFound, "STREAM_MISSING",
                 fmt::format("there is no stream {}; chipline log create makes one",
                             options_.address.stream));
  }
  RETURN_IF_ERROR(info.status());
  if (const absl::Status fit = CheckStream(*info, options_.replicas); !fit.ok()) {
    return Precondition("STREAM_UNFIT",
                        std::string_view(fit.message().data(), fit.message().size()));
  }
  ASSIGN_OR_RETURN(publisher_,
                   Publisher::Open(*connection_, stream_->name(), CommandSubject(stream_->name())));
  return ReadGenesis(*info);
}

absl::StatusOr<StreamInfo> JetStreamSequencer::AskStream() const {
  return WhileUnavailable([&] { return stream_->Info(); });
}

absl::Status JetStreamSequencer::ReadGenesis(const StreamInfo& info) {
  ASSIGN_OR_RETURN(genesis_, GenesisOf(info.config.metadata));
  if (genesis_.rules_version() > storage::NewestRulesVersion()) {
    return Precondition("RULES_UNKNOWN",
                        fmt::format("the stream began with rules version {}, and this program "
                                    "knows up to {}; use a newer chipline",
                                    genesis_.rules_version(), storage::NewestRulesVersion()));
  }
  if (genesis_.fold_key_version() != options_.fold_key_version) {
    return Precondition(
        "FOLD_VERSION_DIFFERS",
        fmt::format("the log folds names by {}, and this program by {}: the same name could mean "
                    "two companies; use a chipline with the same release of ICU",
                    genesis_.fold_key_version(), options_.fold_key_version));
  }
  if (info.last_sequence != 0) return absl::OkStatus();
  storage::v1::StreamMessage message;
  *message.mutable_genesis() = genesis_;
  return PublishAndWait(*publisher_, message.SerializeAsString());
}

absl::Status JetStreamSequencer::Join(const storage::EventStore& events, storage::Position head) {
  ASSIGN_OR_RETURN(const StreamInfo info, AskStream());
  ASSIGN_OR_RETURN(auto order, storage::StreamOrder::Load(events, genesis_));
  const storage::v1::Applied& applied = order.applied();
  if (applied.sequence() == 0) {
    RETURN_IF_ERROR(CheckBase(info, events, head));
  } else {
    RETURN_IF_ERROR(CheckOverlap(info, applied));
  }
  // The last message that was applied arrives again and is compared again.
  ASSIGN_OR_RETURN(
      feed_, Feed::Open(*connection_, stream_->name(), std::max<uint64_t>(1, applied.sequence())));
  std::vector<Hole> passed;
  for (const auto& [first, last] : order.holes()) passed.push_back({first, last});
  holes_.Load(std::move(passed));
  order_.emplace(std::move(order));
  proposer_ = std::make_unique<Proposer>(*publisher_,
                                         ProposerOptions{options_.node, options_.commit_timeout});
  return absl::OkStatus();
}

absl::Status JetStreamSequencer::CheckOverlap(const StreamInfo& info,
                                              const storage::v1::Applied& applied) const {
  const uint64_t sequence = applied.sequence();
  if (info.first_sequence > sequence) {
    return TrimmedBefore(stream_->name(), sequence, info.first_sequence);
  }
  const auto stored = WhileUnavailable([&] { return stream_->Get(sequence); });
  if (absl::IsNotFound(stored.status())) {
    return Rewritten(stream_->name(), sequence,
                     fmt::format("and the stream ends at {}", info.last_sequence));
  }
  RETURN_IF_ERROR(stored.status());
  if (storage::MessageHash(stored->bytes) == applied.message_hash()) return absl::OkStatus();
  return Rewritten(stream_->name(), sequence, "and that message is another one now");
}

absl::Status JetStreamSequencer::CheckBase(const StreamInfo& info,
                                           const storage::EventStore& events,
                                           storage::Position head) const {
  if (head != genesis_.base_position()) {
    return Precondition(
        "NOT_OF_THIS_STREAM",
        fmt::format("the stream {} begins behind position {} of the log, and the directory ends "
                    "at {} and has taken nothing from the stream; restore a backup of a node here "
                    "with chipline restore --join, or begin with an empty directory",
                    stream_->name(), genesis_.base_position(), head));
  }
  if (head != 0) {
    ASSIGN_OR_RETURN(const std::string digest, storage::LogDigest(events));
    if (digest != genesis_.base_digest()) {
      return Precondition("NOT_OF_THIS_STREAM",
                          fmt::format("the directory ends at position {}, where the stream {} "
                                      "begins, and holds other events than the log that the "
                                      "stream was made from",
                                      head, stream_->name()));
    }
  }
  if (info.first_sequence > 1) return TrimmedBefore(stream_->name(), 1, info.first_sequence);
  return absl::OkStatus();
}

absl::Status JetStreamSequencer::Submit(storage::v1::Command command, storage::Done done,
                                        const storage::Traceparent& trace) {
  // A command that stores nothing is decided here, between two messages.
  if (!command.append().validate_only()) {
    return proposer_->Propose(command, std::move(done), trace);
  }
  {
    const MutexLock lock(mutex_);
    if (closed_) {
      return RetryError("DRAINING", "the server is stopping; send the same again soon",
                        absl::Seconds(1));
    }
    local_.push_back({std::move(command), std::move(done)});
  }
  feed_->Wake();
  holes_.Wake();
  return absl::OkStatus();
}

std::optional<storage::Round> JetStreamSequencer::TakeLocal() {
  storage::Round round;
  const MutexLock lock(mutex_);
  for (Local& local : local_) {
    round.commands.push_back({std::move(local.command), std::move(local.done), {}});
  }
  local_.clear();
  if (round.commands.empty()) return std::nullopt;
  return round;
}

absl::StatusOr<std::optional<storage::Round>> JetStreamSequencer::Take(size_t max_bytes) {
  while (true) {
    if (auto local = TakeLocal(); local.has_value()) return local;
    if (ended_) return std::optional<storage::Round>();
    if (!failed_.ok()) return End(std::exchange(failed_, absl::OkStatus()));
    const bool closing = closed();
    if (closing && !proposer_->waiting()) {
      ended_ = true;
      continue;
    }
    const auto batch = feed_->Take(max_bytes, closing ? kClosingPoll : absl::InfiniteDuration());
    if (!batch.ok()) return End(batch.status());
    if (batch->gap.has_value()) {
      failed_ = TakeGap(*batch->gap);
      continue;
    }
    if (!batch->messages.empty()) holes_.Leave();
    storage::Round round;
    const uint64_t before = order_->applied().sequence();
    failed_ = TakeMessages(*batch, round);
    if (order_->applied().sequence() == before) continue;
    order_->Save(round);
    return std::optional<storage::Round>(std::move(round));
  }
}

absl::Status JetStreamSequencer::TakeMessages(const FeedBatch& batch, storage::Round& round) {
  for (const FeedMessage& message : batch.messages) {
    RETURN_IF_ERROR(TakeMessage(message, round));
  }
  return absl::OkStatus();
}

absl::Status JetStreamSequencer::TakeGap(const FeedGap& gap) {
  if (gap.kind == FeedGap::Kind::kTrimmed) {
    return TrimmedBefore(stream_->name(), gap.expected, gap.got);
  }
  const Hole hole{gap.expected, gap.got - 1};
  const bool ours = hole.first <= order_->applied().sequence();
  if (ours || order_->holes().size() >= kMaxHoles) {
    return Error(absl::StatusCode::kDataLoss, "STREAM_HOLE",
                 fmt::format("the stream {} does not have {}, {}", stream_->name(), Words(hole),
                             ours ? "which this node has taken from it"
                                  : "and has more holes already than a node goes past"));
  }
  const bool closing = closed();
  switch (holes_.Stand(hole, closing ? kClosingPoll : kLookAgain)) {
    case HoleGate::Answer::kWoken:
      return absl::OkStatus();
    case HoleGate::Answer::kWaited:
      if (!closing) feed_->LookAgain();
      return absl::OkStatus();
    case HoleGate::Answer::kPass:
      break;
  }
  // The others are told before anything behind the hole is applied.
  holes_.Pass(hole);
  order_->PassHole(hole.first, hole.last);
  return feed_->PassHole();
}

absl::Status JetStreamSequencer::TakeMessage(const FeedMessage& message, storage::Round& round) {
  const storage::v1::Applied& applied = order_->applied();
  if (message.sequence == applied.sequence()) {
    if (storage::MessageHash(message.bytes) == applied.message_hash()) return absl::OkStatus();
    return Rewritten(stream_->name(), message.sequence, "and that message is another one now");
  }
  const auto taken = order_->Take(message.sequence, message.time, message.bytes, round);
  RETURN_IF_ERROR(taken.status());
  if (!taken->nonce.empty()) proposer_->SawHello(message.sequence, taken->nonce);
  for (const auto& numbered : taken->applied) {
    round.commands[numbered.index].done = proposer_->SawApplied(numbered.proposer, numbered.number);
  }
  if (taken->gap_of != 0) proposer_->SawGap(taken->gap_of);
  return absl::OkStatus();
}

absl::Status JetStreamSequencer::End(absl::Status why) {
  ended_ = true;
  Close();
  proposer_->Fail(RetryError("OUTCOME_UNKNOWN",
                             "this node takes nothing from the stream any more, and what comes of "
                             "this is not known here; send the same again to another node, with "
                             "the same ids",
                             absl::Seconds(10)));
  return why;
}

void JetStreamSequencer::Close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  if (proposer_ != nullptr) proposer_->Close();
  if (feed_ != nullptr) feed_->Wake();
  holes_.Wake();
}

bool JetStreamSequencer::closed() const {
  const MutexLock lock(mutex_);
  return closed_;
}

size_t JetStreamSequencer::queued_bytes() const { return proposer_->bytes(); }

absl::Status JetStreamSequencer::stalled() const {
  RETURN_IF_ERROR(feed_->stalled());
  return holes_.stalled();
}

}  // namespace chipline::jetstream
