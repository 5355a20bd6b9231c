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

// Which log a stream orders, as the metadata in the stream's settings: those stay when its first
// message was trimmed.
std::map<std::string, std::string> MetadataOf(const storage::v1::Genesis& genesis);
// FAILED_PRECONDITION, reason STREAM_WITHOUT_LOG, if it does not say so.
absl::StatusOr<storage::v1::Genesis> GenesisOf(const std::map<std::string, std::string>& metadata);

// The functions below are patient (patience.h) with servers that are UNAVAILABLE.

// ALREADY_EXISTS, reason STREAM_EXISTS, if there is a stream of that name.
absl::Status CheckNoStream(Connection& connection, const std::string& stream);

// Makes a stream for a log, with the settings that a node wants (requirements.h). OK as well if it
// is there for the same log; ALREADY_EXISTS if for another one or with other settings;
// PlacementError if the servers do not find places for its copies. Needs credentials that may
// create streams.
absl::Status CreateLogStream(Connection& connection, const std::string& stream, int replicas,
                             const storage::v1::Genesis& genesis);

// What an operator is told when the servers `refused` to make a stream with so many copies: their
// code and words, reason STREAM_NOT_PLACED, and what to do. Other errors as they are.
absl::Status PlacementError(const absl::Status& refused, int replicas);

// Publishes and waits until it was stored. May be stored more than once.
absl::Status PublishAndWait(Publisher& publisher, std::string_view bytes);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_GENESIS_H_
