#ifndef CHIPLINE_STORAGE_FORMAT_FILE_H_
#define CHIPLINE_STORAGE_FORMAT_FILE_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

#include "chipline/storage/v1/format.pb.h"

// Small files of a data directory that hold one message as JSON, so that an operator can read them.
namespace chipline::storage {

// The version of the layout that this program writes. It opens 1 as well: what that lacks is made
// when the log is opened (storage/FORMAT.md).
inline constexpr uint32_t kFormatVersion = 2;

// FAILED_PRECONDITION, reason FORMAT_TOO_NEW, naming both versions, if `what` is of a newer format
// than this program knows.
absl::Status CheckFormatVersion(std::string_view what, uint32_t version,
                                uint32_t known = kFormatVersion);

// DATA/FORMAT; none if there is none. DATA_LOSS, reason FORMAT_DAMAGED, if it cannot be read.
absl::StatusOr<std::optional<v1::Format>> ReadFormat(const std::filesystem::path& directory);
// Replaces the file, synced.
absl::Status WriteFormat(const std::filesystem::path& directory, const v1::Format& format);

// The epoch of a log that continues after a restore or a repair. It is higher than every known
// epoch of the log and not below the time in seconds, so that no copy of the log elsewhere has the
// same.
uint64_t NextEpoch(uint64_t highest_known, absl::Time now);

// Any message in a file of its own; DATA_LOSS with `reason` if it cannot be read. False: no such
// file.
absl::StatusOr<bool> ReadJsonFile(const std::filesystem::path& path, std::string_view reason,
                                  google::protobuf::Message& message);
absl::Status WriteJsonFile(const std::filesystem::path& path,
                           const google::protobuf::Message& message);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FORMAT_FILE_H_
