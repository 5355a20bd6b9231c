#ifndef CHIPLINE_STORAGE_MOVE_H_
#define CHIPLINE_STORAGE_MOVE_H_

#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"

// How a log comes to take its order from a stream.
namespace chipline::storage {

// A new log, with a random id. The rules and the fold version are for the caller to set.
v1::Genesis NewLogGenesis();

// The log of a stopped server, which goes on in a stream behind its head. Raises the epoch of the
// directory, so that a copy of it that goes on alone is another life of the log. Reads all of the
// log. NOT_FOUND, FAILED_PRECONDITION or DATA_LOSS if it does not open; OF_A_CLUSTER if it takes
// its order from a stream already.
absl::StatusOr<v1::Genesis> PrepareMove(const std::filesystem::path& directory, absl::Time now);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_MOVE_H_
