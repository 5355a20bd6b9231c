#include "storage/rocks_status.h"

#include <string>

#include "storage/error.h"

namespace chipline {

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption()) {
    return Error(absl::StatusCode::kDataLoss, "STORAGE_DAMAGED", message);
  }
  if (status.IsNoSpace()) {
    return Error(absl::StatusCode::kResourceExhausted, "DISK_FULL", message);
  }
  if (status.IsNotFound()) return Error(absl::StatusCode::kNotFound, "NOT_FOUND", message);
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED", message);
}

absl::Status FromRocksRead(const rocksdb::Status& status, std::string_view doing) {
  if (!status.IsPathNotFound()) return FromRocks(status, doing);
  return Error(absl::StatusCode::kDataLoss, "STORAGE_DAMAGED",
               std::string(doing) + ": a file is missing: " + status.ToString());
}

}  // namespace chipline
