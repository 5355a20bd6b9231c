#ifndef CHIPLINE_STORAGE_MOVE_H_
#define CHIPLINE_STORAGE_MOVE_H_

#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/storage/v1/stream.pb.h"

// How a log comes to follow a stream.
namespace chipline::storage {

// A new log with a random id. The caller sets the versions of the rules and of the fold.
v1::Genesis NewLogGenesis();

// Prepares the log of a stopped server to continue in a stream, behind its head. Raises the epoch
// of the directory, so that a copy of it that continues alone counts as another epoch. Reads the
// whole log. NOT_FOUND, FAILED_PRECONDITION or DATA_LOSS if it does not open; OF_A_CLUSTER if it
// follows a stream already.
absl::StatusOr<v1::Genesis> PrepareMove(const std::filesystem::path& directory, absl::Time now);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_MOVE_H_
