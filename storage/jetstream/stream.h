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

// The settings of a stream. The defaults are those of a stream that a log may use, and what
// Stream::Create asks for. When read back, they are what the server says. CheckStream
// (requirements.h) compares them.
struct StreamConfig {
  std::string name;
  // Empty for Create, which uses CommandSubject(name).
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
  // Zero: no limit.
  absl::Duration max_age;
  bool deny_delete = true;
  // Cannot be undone, and nobody could ever trim the stream. The permissions of their account keep
  // nodes from purging.
  bool deny_purge = false;
  // Whether servers other than the leader may answer.
  bool allow_direct = false;
  // Other settings by which a stream loses messages or has those of others. Create sets none.
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
  // Had everything that the leader had when it last answered.
  bool current = false;
  bool offline = false;
  // Raft entries behind the leader.
  uint64_t lag = 0;
  // How long ago the leader last heard of it.
  absl::Duration active;
};

struct StreamInfo {
  StreamConfig config;
  // Distinguishes a stream from a later one with the same name.
  absl::Time created;
  uint64_t messages = 0;
  uint64_t bytes = 0;
  // For an empty stream, first_sequence is last_sequence + 1.
  uint64_t first_sequence = 0;
  uint64_t last_sequence = 0;
  // Missing messages between the first and the last.
  uint64_t deleted = 0;
  // Empty if the stream has one replica on a server without a cluster.
  std::string leader;
  // Without the leader.
  std::vector<Replica> replicas;
};

struct StoredMessage {
  uint64_t sequence = 0;
  // When the leader stored it.
  absl::Time time;
  std::string subject;
  std::string bytes;
};

// The JetStream API for one stream. Every call is one request; thread-safe, blocking. All errors as
// in Connection and ApiError (api_error.h). UNAVAILABLE after `timeout` if there is no leader.
class Stream {
 public:
  // `connection` must outlive it.
  Stream(Connection& connection, std::string name, absl::Duration timeout = absl::Seconds(5))
      : connection_(connection), name_(std::move(name)), timeout_(timeout) {}

  // Creates it. Also OK if it exists with the same settings; ALREADY_EXISTS if with others. Needs
  // credentials that nodes do not have. `config.name` is ignored.
  absl::StatusOr<StreamInfo> Create(const StreamConfig& config) const;

  // From the leader, but not linearizable: a leader that was just replaced may still answer.
  absl::StatusOr<StreamInfo> Info() const;

  // From the leader. NOT_FOUND (err_code::kNoMessageFound) if there is no such message.
  absl::StatusOr<StoredMessage> Get(uint64_t sequence) const;

  // The sequence of the first message at or behind `sequence`, from the leader. NOT_FOUND if there
  // is none.
  absl::StatusOr<uint64_t> NextFrom(uint64_t sequence) const;

  // Deletes all messages below `sequence`, and returns how many there were. Needs credentials that
  // may do so. It cannot be undone.
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
