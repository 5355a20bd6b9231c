#ifndef CHIPLINE_STORAGE_JETSTREAM_GENESIS_H_
#define CHIPLINE_STORAGE_JETSTREAM_GENESIS_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/jetstream/connection.h"
#include "storage/jetstream/publisher.h"
#include "storage/jetstream/stream.h"

namespace chipline::jetstream {

// Which log a stream orders, as metadata in the stream's settings, which stay when its first
// message is trimmed.
std::map<std::string, std::string> MetadataOf(const storage::v1::Genesis& genesis);
// FAILED_PRECONDITION, reason STREAM_WITHOUT_LOG, if the metadata does not name a log.
absl::StatusOr<storage::v1::Genesis> GenesisOf(const std::map<std::string, std::string>& metadata);

// The functions below wait (patience.h) for servers that are UNAVAILABLE.

// ALREADY_EXISTS, reason STREAM_EXISTS, if there is a stream of that name.
absl::Status CheckNoStream(Connection& connection, const std::string& stream);

// Creates a stream for a log, with the settings that a node requires (requirements.h). Also OK if
// it exists for the same log. ALREADY_EXISTS if it is for another log or has other settings;
// PlacementError if the servers find no places for its copies. Needs credentials that may create
// streams.
absl::Status CreateLogStream(Connection& connection, const std::string& stream, int replicas,
                             const storage::v1::Genesis& genesis);

// The error if the servers `refused` to create a stream with so many copies: their code and words,
// reason STREAM_NOT_PLACED, and what to do. Other errors stay unchanged.
absl::Status PlacementError(const absl::Status& refused, int replicas);

// Publishes and waits until the message is stored. It may be stored more than once.
absl::Status PublishAndWait(Publisher& publisher, std::string_view bytes);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_GENESIS_H_
