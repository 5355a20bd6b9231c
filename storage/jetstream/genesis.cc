#include "storage/jetstream/genesis.h"

#include <future>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/jetstream/api_error.h"
#include "storage/jetstream/patience.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

constexpr char kLogId[] = "chipline-log-id";
constexpr char kEpoch[] = "chipline-epoch";
constexpr char kRules[] = "chipline-rules-version";
constexpr char kFold[] = "chipline-fold-key-version";
constexpr char kBase[] = "chipline-base-position";
constexpr char kDigest[] = "chipline-base-digest";

// The value; empty if there is none.
std::string Value(const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

absl::Status PublishOnce(Publisher& publisher, std::string_view bytes) {
  const auto stored = std::make_shared<std::promise<absl::Status>>();
  RETURN_IF_ERROR(publisher.Publish(
      bytes, [stored](const Publisher::Ack& ack) { stored->set_value(ack.status); }));
  return stored->get_future().get();
}

}  // namespace

std::map<std::string, std::string> MetadataOf(const storage::v1::Genesis& genesis) {
  return {{kLogId, genesis.log_id()},
          {kEpoch, fmt::format("{}", genesis.epoch())},
          {kRules, fmt::format("{}", genesis.rules_version())},
          {kFold, genesis.fold_key_version()},
          {kBase, fmt::format("{}", genesis.base_position())},
          {kDigest, absl::BytesToHexString(genesis.base_digest())}};
}

absl::StatusOr<storage::v1::Genesis> GenesisOf(const std::map<std::string, std::string>& metadata) {
  storage::v1::Genesis genesis;
  genesis.set_log_id(Value(metadata, kLogId));
  uint64_t epoch = 0;
  uint32_t rules = 0;
  uint64_t base = 0;
  if (genesis.log_id().empty() || !absl::SimpleAtoi(Value(metadata, kEpoch), &epoch) ||
      !absl::SimpleAtoi(Value(metadata, kRules), &rules) ||
      !absl::SimpleAtoi(Value(metadata, kBase), &base)) {
    return Error(absl::StatusCode::kFailedPrecondition, "STREAM_WITHOUT_LOG",
                 "the stream's metadata does not say which log it orders; chipline log create "
                 "makes a stream that does");
  }
  genesis.set_epoch(epoch);
  genesis.set_rules_version(rules);
  genesis.set_fold_key_version(Value(metadata, kFold));
  genesis.set_base_position(base);
  genesis.set_base_digest(absl::HexStringToBytes(Value(metadata, kDigest)));
  return genesis;
}

absl::Status PublishAndWait(Publisher& publisher, std::string_view bytes) {
  return WhileUnavailable([&] { return PublishOnce(publisher, bytes); });
}

absl::Status CheckNoStream(Connection& connection, const std::string& stream) {
  const auto info = WhileUnavailable([&] { return Stream(connection, stream).Info(); });
  if (absl::IsNotFound(info.status())) return absl::OkStatus();
  RETURN_IF_ERROR(info.status());
  return Error(absl::StatusCode::kAlreadyExists, "STREAM_EXISTS",
               fmt::format("there is a stream {} already, with messages up to {}; name another, "
                           "or start nodes on this one",
                           stream, info->last_sequence));
}

absl::Status PlacementError(const absl::Status& refused, int replicas) {
  const int err_code = ErrCodeOf(refused);
  const char* what_to_do = nullptr;
  if (err_code == err_code::kReplicasNeedCluster) {
    what_to_do =
        "This nats-server is alone: give it the routes of the others (cluster { ... }), or choose "
        "--replicas 1";
  } else if (err_code == err_code::kNoSuitablePeers && absl::IsUnavailable(refused)) {
    what_to_do =
        "Start every nats-server. If all run, their leader does not count one of them: restart "
        "them one after the other, and try again";
  } else if (err_code == err_code::kNoSuitablePeers) {
    what_to_do = "Look at what the servers' configuration says of it: storage, tags";
  } else {
    return refused;
  }
  return Error(refused.code(), "STREAM_NOT_PLACED",
               fmt::format("the nats-servers do not find places for {} of the stream. {}. ({})",
                           replicas == 1 ? "the one copy" : fmt::format("{} copies", replicas),
                           what_to_do, std::string(refused.message())));
}

absl::Status CreateLogStream(Connection& connection, const std::string& stream, int replicas,
                             const storage::v1::Genesis& genesis) {
  StreamConfig config;
  config.replicas = replicas;
  config.metadata = MetadataOf(genesis);
  // A stream that was created without an answer already exists as requested.
  const auto made = WhileUnavailable([&] { return Stream(connection, stream).Create(config); });
  if (!made.ok()) return PlacementError(made.status(), replicas);
  if (made->last_sequence != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto publisher,
                   Publisher::Open(connection, stream, CommandSubject(stream)));
  storage::v1::StreamMessage message;
  *message.mutable_genesis() = genesis;
  return PublishAndWait(*publisher, message.SerializeAsString());
}

}  // namespace chipline::jetstream
