#ifndef CHIPLINE_STORAGE_JETSTREAM_STREAM_H_
#define CHIPLINE_STORAGE_JETSTREAM_STREAM_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/jetstream/connection.h"

namespace chipline::jetstream {

inline constexpr int64_t kUnlimited = -1;

// How a stream is set up. Its defaults are those of a stream that a log may use, and what Stream::
// Create asks for; read back, it is what the server says. CheckStream (requirements.h) compares.
struct StreamConfig {
  std::string name;
  // Empty for Create: CommandSubject(name).
  std::vector<std::string> subjects;
  // 1, 3 or 5.
  int replicas = 3;
  std::string storage = "file";
  std::string retention = "limits";
  // What happens when it is full: the new message is refused.
  std::string discard = "new";
  int64_t max_bytes = kUnlimited;
  int64_t max_messages = kUnlimited;
  int64_t max_messages_per_subject = kUnlimited;
  int64_t max_message_bytes = kUnlimited;
  // Zero: for ever.
  absl::Duration max_age;
  bool deny_delete = true;
  // Cannot be taken back, and then nobody can ever trim the stream. Nodes are kept from purging by
  // the permissions of their account.
  bool deny_purge = false;
  // Answers by servers that are not the leader.
  bool allow_direct = false;
  // Other ways by which a stream loses messages or holds those of others; none is set by Create.
  bool sealed = false;
  bool no_ack = false;
  bool allow_rollup = false;
  bool allow_message_ttl = false;
  bool mirrored_or_sourced = false;
  // Empty, or "default": synced as the server's sync_interval says.
  std::string persist_mode;
  std::map<std::string, std::string> metadata;
};

// The subject of a log's commands: "<name>.commands".
std::string CommandSubject(const std::string& stream);

struct Replica {
  std::string server;
  // Has all that the leader had when it last answered.
  bool current = false;
  bool offline = false;
  // Raft entries behind the leader.
  uint64_t lag = 0;
  // Since the leader last heard of it.
  absl::Duration active;
};

struct StreamInfo {
  StreamConfig config;
  // Tells a stream from another of the same name that came after it.
  absl::Time created;
  uint64_t messages = 0;
  uint64_t bytes = 0;
  // Of an empty stream, first_sequence is last_sequence + 1.
  uint64_t first_sequence = 0;
  uint64_t last_sequence = 0;
  // Holes between the first and the last.
  uint64_t deleted = 0;
  // Empty if the stream has one replica on a server without a cluster.
  std::string leader;
  // Without the leader.
  std::vector<Replica> replicas;
};

struct StoredMessage {
  uint64_t sequence = 0;
  // When the leader took it.
  absl::Time time;
  std::string subject;
  std::string bytes;
};

// The JetStream API for one stream. Every call is one request; thread-safe, blocking. All errors as
// in Connection and ApiError (api_error.h); no leader: UNAVAILABLE after `timeout`.
class Stream {
 public:
  // `connection` must outlive it.
  Stream(Connection& connection, std::string name, absl::Duration timeout = absl::Seconds(5))
      : connection_(connection), name_(std::move(name)), timeout_(timeout) {}

  // Makes it. OK as well if it is there with the same settings; ALREADY_EXISTS if with others.
  // Needs credentials that may, as nodes have not. `config.name` is not read.
  absl::StatusOr<StreamInfo> Create(const StreamConfig& config) const;

  // From the leader, yet not linearizable: a leader that was just replaced may still answer.
  absl::StatusOr<StreamInfo> Info() const;

  // From the leader. NOT_FOUND (err_code::kNoMessageFound) if there is no such message.
  absl::StatusOr<StoredMessage> Get(uint64_t sequence) const;

  // The sequence of the first message at or behind `sequence`, from the leader. NOT_FOUND if there
  // is none.
  absl::StatusOr<uint64_t> NextFrom(uint64_t sequence) const;

  // Removes all messages below `sequence`, and returns how many those were. For credentials that
  // may; nothing brings them back.
  absl::StatusOr<uint64_t> PurgeBelow(uint64_t sequence) const;

  const std::string& name() const { return name_; }

 private:
  // Sends `body` (JSON) to "$JS.API.<call>.<name>".
  absl::StatusOr<std::string> Call(const std::string& call, const std::string& body) const;

  Connection& connection_;
  std::string name_;
  absl::Duration timeout_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_STREAM_H_
