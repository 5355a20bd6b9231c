#include "storage/jetstream/stream.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "storage/jetstream/json.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

using rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void Write(Writer& writer, const char* key, const std::string& text) {
  writer.Key(key);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
void Write(Writer& writer, const char* key, int64_t number) {
  writer.Key(key);
  writer.Int64(number);
}
void WriteFlag(Writer& writer, const char* key, bool flag) {
  writer.Key(key);
  writer.Bool(flag);
}

std::string ToJson(const StreamConfig& config, const std::string& name) {
  rapidjson::StringBuffer text;
  Writer writer(text);
  writer.StartObject();
  Write(writer, "name", name);
  writer.Key("subjects");
  writer.StartArray();
  for (const std::string& subject :
       config.subjects.empty() ? std::vector<std::string>{CommandSubject(name)} : config.subjects) {
    writer.String(subject.c_str());
  }
  writer.EndArray();
  Write(writer, "num_replicas", config.replicas);
  Write(writer, "storage", config.storage);
  Write(writer, "retention", config.retention);
  Write(writer, "discard", config.discard);
  Write(writer, "max_bytes", config.max_bytes);
  Write(writer, "max_msgs", config.max_messages);
  Write(writer, "max_msgs_per_subject", config.max_messages_per_subject);
  Write(writer, "max_msg_size", config.max_message_bytes);
  Write(writer, "max_age", absl::ToInt64Nanoseconds(config.max_age));
  Write(writer, "max_consumers", kUnlimited);
  WriteFlag(writer, "deny_delete", config.deny_delete);
  WriteFlag(writer, "deny_purge", config.deny_purge);
  WriteFlag(writer, "allow_direct", config.allow_direct);
  WriteFlag(writer, "no_ack", config.no_ack);
  WriteFlag(writer, "allow_rollup_hdrs", config.allow_rollup);
  writer.Key("metadata");
  writer.StartObject();
  for (const auto& [key, value] : config.metadata) Write(writer, key.c_str(), value);
  writer.EndObject();
  writer.EndObject();
  return {text.GetString(), text.GetSize()};
}

StreamConfig ConfigOf(const Value& json) {
  StreamConfig config;
  config.name = TextOf(json, "name");
  config.subjects = TextsOf(json, "subjects");
  config.replicas = static_cast<int>(IntegerOf(json, "num_replicas"));
  config.storage = TextOf(json, "storage");
  config.retention = TextOf(json, "retention");
  config.discard = TextOf(json, "discard");
  config.max_bytes = IntegerOf(json, "max_bytes", kUnlimited);
  config.max_messages = IntegerOf(json, "max_msgs", kUnlimited);
  config.max_messages_per_subject = IntegerOf(json, "max_msgs_per_subject", kUnlimited);
  config.max_message_bytes = IntegerOf(json, "max_msg_size", kUnlimited);
  config.max_age = absl::Nanoseconds(IntegerOf(json, "max_age"));
  config.deny_delete = FlagOf(json, "deny_delete");
  config.deny_purge = FlagOf(json, "deny_purge");
  config.allow_direct = FlagOf(json, "allow_direct");
  config.sealed = FlagOf(json, "sealed");
  config.no_ack = FlagOf(json, "no_ack");
  config.allow_rollup = FlagOf(json, "allow_rollup_hdrs");
  config.allow_message_ttl = FlagOf(json, "allow_msg_ttl");
  config.mirrored_or_sourced = HasMember(json, "mirror") || HasMember(json, "sources");
  config.persist_mode = TextOf(json, "persist_mode");
  config.metadata = TextMapOf(json, "metadata");
  return config;
}

std::vector<Replica> ReplicasOf(const Value& cluster) {
  std::vector<Replica> replicas;
  const Value& list = MemberOf(cluster, "replicas");
  if (!list.IsArray()) return replicas;
  for (const Value& json : list.GetArray()) {
    replicas.push_back({TextOf(json, "name"), FlagOf(json, "current"), FlagOf(json, "offline"),
                        UnsignedOf(json, "lag"), absl::Nanoseconds(IntegerOf(json, "active"))});
  }
  return replicas;
}

absl::StatusOr<StreamInfo> InfoOf(const std::string& answer, const std::string& what) {
  ASSIGN_OR_RETURN(const rapidjson::Document json, ParseAnswer(answer, what));
  StreamInfo info;
  info.config = ConfigOf(MemberOf(json, "config"));
  info.created = TimeOf(json, "created");
  const Value& state = MemberOf(json, "state");
  info.messages = UnsignedOf(state, "messages");
  info.bytes = UnsignedOf(state, "bytes");
  info.last_sequence = UnsignedOf(state, "last_seq");
  // A stream that never had a message reports 0 for both.
  info.first_sequence =
      info.messages == 0 ? info.last_sequence + 1 : UnsignedOf(state, "first_seq");
  info.deleted = UnsignedOf(state, "num_deleted");
  const Value& cluster = MemberOf(json, "cluster");
  info.leader = TextOf(cluster, "leader");
  info.replicas = ReplicasOf(cluster);
  return info;
}

}  // namespace

std::string CommandSubject(const std::string& stream) { return stream + ".commands"; }

absl::StatusOr<std::string> Stream::Call(const std::string& call, const std::string& body) const {
  return connection_.Request(absl::StrCat("$JS.API.", call, ".", name_), body, timeout_);
}

absl::StatusOr<StreamInfo> Stream::Create(const StreamConfig& config) const {
  ASSIGN_OR_RETURN(const std::string answer, Call("STREAM.CREATE", ToJson(config, name_)));
  return InfoOf(answer, "STREAM.CREATE " + name_);
}

absl::StatusOr<StreamInfo> Stream::Info() const {
  ASSIGN_OR_RETURN(const std::string answer, Call("STREAM.INFO", ""));
  ASSIGN_OR_RETURN(StreamInfo info, InfoOf(answer, "STREAM.INFO " + name_));
  // If two of three servers are lost, the third answers alone, with what it has.
  if (info.leader.empty()) {
    return absl::UnavailableError(absl::StrCat("NATS, STREAM.INFO ", name_, ": it has no leader"));
  }
  return info;
}

absl::StatusOr<StoredMessage> Stream::Get(uint64_t sequence) const {
  ASSIGN_OR_RETURN(const std::string answer,
                   Call("STREAM.MSG.GET", absl::StrCat("{\"seq\":", sequence, "}")));
  const std::string what = absl::StrCat("STREAM.MSG.GET ", name_, " ", sequence);
  ASSIGN_OR_RETURN(const rapidjson::Document json, ParseAnswer(answer, what));
  const Value& message = MemberOf(json, "message");
  StoredMessage stored;
  stored.sequence = UnsignedOf(message, "seq");
  stored.time = TimeOf(message, "time");
  stored.subject = TextOf(message, "subject");
  if (stored.sequence != sequence ||
      !absl::Base64Unescape(TextOf(message, "data"), &stored.bytes)) {
    return absl::InternalError(absl::StrCat("NATS, ", what, ": the answer is another message"));
  }
  return stored;
}

absl::StatusOr<uint64_t> Stream::NextFrom(uint64_t sequence) const {
  ASSIGN_OR_RETURN(
      const std::string answer,
      Call("STREAM.MSG.GET", absl::StrCat("{\"seq\":", sequence, ",\"next_by_subj\":\">\"}")));
  ASSIGN_OR_RETURN(const rapidjson::Document json, ParseAnswer(answer, "STREAM.MSG.GET " + name_));
  return UnsignedOf(MemberOf(json, "message"), "seq");
}

absl::StatusOr<uint64_t> Stream::PurgeBelow(uint64_t sequence) const {
  ASSIGN_OR_RETURN(const std::string answer,
                   Call("STREAM.PURGE", absl::StrCat("{\"seq\":", sequence, "}")));
  ASSIGN_OR_RETURN(const rapidjson::Document json, ParseAnswer(answer, "STREAM.PURGE " + name_));
  return UnsignedOf(json, "purged");
}

}  // namespace chipline::jetstream
