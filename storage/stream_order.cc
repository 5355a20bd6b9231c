#include "storage/stream_order.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "storage/digest.h"
#include "storage/error.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::storage {
namespace {

absl::Status Unreadable(uint64_t sequence) {
  return Error(absl::StatusCode::kDataLoss, "MESSAGE_UNREADABLE",
               "message " + std::to_string(sequence) + " of the stream cannot be read",
               {{"sequence", std::to_string(sequence)}});
}

absl::Status Contradicted(uint64_t first, uint64_t last, const std::string& why) {
  return Error(absl::StatusCode::kDataLoss, "HOLE_CONTRADICTED",
               "messages " + std::to_string(first) + " to " + std::to_string(last) +
                   " of the stream were passed as a hole, and " + why +
                   ": the stream has lost what it stored. See \"A hole in the stream\" in "
                   "deploy/RUNBOOK.md",
               {{"sequence", std::to_string(first)}});
}

}  // namespace

std::string MessageHash(std::string_view bytes) { return ChainHash("", bytes); }

absl::StatusOr<StreamOrder> StreamOrder::Load(const EventStore& events,
                                              const v1::Genesis& genesis) {
  StreamOrder order(genesis);
  ASSIGN_OR_RETURN(const auto applied, events.GetStateMessage<v1::Applied>(kAppliedKey));
  if (applied.has_value()) order.applied_ = *applied;
  order.new_ = !applied.has_value();
  ASSIGN_OR_RETURN(const auto rows, events.ListState(kProposerPrefix));
  constexpr size_t kPrefixBytes = sizeof kProposerPrefix - 1;
  for (const auto& [key, value] : rows) {
    v1::Proposer proposer;
    if (key.size() != kPrefixBytes + sizeof(uint64_t) || !proposer.ParseFromString(value)) {
      return StateDamaged(kProposerPrefix);
    }
    order.proposers_[FromBigEndian(std::string_view(key).substr(kPrefixBytes))] = proposer;
  }
  ASSIGN_OR_RETURN(const auto holes, events.ListState(kHolePrefix));
  for (const auto& [key, value] : holes) {
    v1::PassedHole hole;
    if (!hole.ParseFromString(value)) return StateDamaged(kHolePrefix);
    order.holes_[hole.first()] = hole.last();
  }
  return order;
}

absl::StatusOr<StreamOrder::Taken> StreamOrder::Take(uint64_t sequence, absl::Time time,
                                                     std::string_view bytes, Round& round) {
  v1::StreamMessage message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Unreadable(sequence);
  }
  Taken taken;
  switch (message.kind_case()) {
    case v1::StreamMessage::kGenesis:
      RETURN_IF_ERROR(TakeGenesis(sequence, message.genesis()));
      break;
    case v1::StreamMessage::kHello:
      TakeHello(sequence);
      taken.nonce = message.hello().nonce();
      break;
    case v1::StreamMessage::kProposals:
      RETURN_IF_ERROR(TakeProposals(sequence, time, message.proposals(), round, taken));
      break;
    case v1::StreamMessage::KIND_NOT_SET:
      return Error(absl::StatusCode::kFailedPrecondition, "RULES_UNKNOWN",
                   "message " + std::to_string(sequence) +
                       " of the stream is of a kind that this program does not know; start a "
                       "newer chipline here",
                   {{"sequence", std::to_string(sequence)}});
  }
  applied_.set_sequence(sequence);
  applied_.set_message_hash(MessageHash(bytes));
  return taken;
}

void StreamOrder::PassHole(uint64_t first, uint64_t last) {
  holes_[first] = last;
  new_holes_.push_back(first);
}

void StreamOrder::Save(Round& round) {
  if (new_) round.state.emplace_back(kGenesisKey, genesis_.SerializeAsString());
  new_ = false;
  round.state.emplace_back(kAppliedKey, applied_.SerializeAsString());
  round.sequence = applied_.sequence();
  for (const uint64_t number : changed_) {
    const auto proposer = proposers_.find(number);
    if (proposer == proposers_.end()) {
      round.state.emplace_back(ProposerKey(number), std::nullopt);
    } else {
      round.state.emplace_back(ProposerKey(number), proposer->second.SerializeAsString());
    }
  }
  changed_.clear();
  for (const uint64_t first : new_holes_) {
    v1::PassedHole hole;
    hole.set_first(first);
    hole.set_last(holes_[first]);
    round.state.emplace_back(HoleKey(first), hole.SerializeAsString());
  }
  new_holes_.clear();
}

absl::Status StreamOrder::TakeGenesis(uint64_t sequence, const v1::Genesis& genesis) const {
  // Each node may publish one if it finds none, so all but the first repeat what is known.
  if (sequence != 1 ||
      (genesis.log_id() == genesis_.log_id() && genesis.epoch() == genesis_.epoch() &&
       genesis.base_position() == genesis_.base_position())) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kFailedPrecondition, "OTHER_LOG",
               "the first message of the stream is of the log " + genesis.log_id() + " of epoch " +
                   std::to_string(genesis.epoch()) + ", its settings are of " + genesis_.log_id() +
                   " of epoch " + std::to_string(genesis_.epoch()));
}

void StreamOrder::TakeHello(uint64_t sequence) {
  proposers_[sequence].set_last_sequence(sequence);
  changed_.insert(sequence);
  if (proposers_.size() <= kMaxProposers) return;
  const auto silent =
      std::min_element(proposers_.begin(), proposers_.end(), [](const auto& a, const auto& b) {
        return a.second.last_sequence() < b.second.last_sequence();
      });
  changed_.insert(silent->first);
  proposers_.erase(silent);
}

absl::Status StreamOrder::TakeProposals(uint64_t sequence, absl::Time time,
                                        const v1::Proposals& proposals, Round& round,
                                        Taken& taken) {
  RETURN_IF_ERROR(CheckHello(sequence, proposals.proposer()));
  const auto found = proposers_.find(proposals.proposer());
  if (found == proposers_.end()) return absl::OkStatus();
  const uint64_t last = found->second.last_number();
  const uint64_t first = proposals.first_number();
  if (first > last + 1) {
    RETURN_IF_ERROR(CheckGap(sequence, found->second.last_sequence()));
    taken.gap_of = proposals.proposer();
    return absl::OkStatus();
  }
  std::vector<Sequenced> fresh;
  for (uint64_t i = last + 1 - first; i < static_cast<uint64_t>(proposals.commands_size()); ++i) {
    const std::string& bytes = proposals.commands(static_cast<int>(i));
    Sequenced& sequenced = fresh.emplace_back();
    if (!sequenced.command.ParseFromString(bytes)) return Unreadable(sequence);
    *sequenced.command.mutable_sequence_time() = ToTimestamp(time);
    sequenced.bytes = bytes;
  }
  if (fresh.empty()) return absl::OkStatus();
  for (Sequenced& sequenced : fresh) {
    found->second.set_last_number(found->second.last_number() + 1);
    taken.applied.push_back(
        {proposals.proposer(), found->second.last_number(), round.commands.size()});
    round.commands.push_back(std::move(sequenced));
  }
  found->second.set_last_sequence(sequence);
  changed_.insert(proposals.proposer());
  return absl::OkStatus();
}

absl::Status StreamOrder::CheckHello(uint64_t sequence, uint64_t proposer) const {
  auto hole = holes_.upper_bound(proposer);
  if (hole == holes_.begin()) return absl::OkStatus();
  --hole;
  if (proposer > hole->second) return absl::OkStatus();
  return Contradicted(hole->first, hole->second,
                      "a node has taken one of them, the Hello of the proposer that message " +
                          std::to_string(sequence) + " is of");
}

absl::Status StreamOrder::CheckGap(uint64_t sequence, uint64_t last_sequence) const {
  // The first hole behind the last message of this proposer.
  const auto hole = holes_.upper_bound(last_sequence);
  if (hole == holes_.end() || sequence < hole->first) return absl::OkStatus();
  const auto nearest = std::prev(holes_.upper_bound(sequence));
  if (sequence - nearest->second > kRightBehind) return absl::OkStatus();
  return Contradicted(
      nearest->first, nearest->second,
      "message " + std::to_string(sequence) + " shows that a command before it is missing");
}

}  // namespace chipline::storage
