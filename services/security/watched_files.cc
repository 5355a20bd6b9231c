#include "services/security/watched_files.h"

#include <utility>

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"

namespace chipline::security {

absl::StatusOr<std::vector<std::string>> WatchedFiles::Read() const {
  std::vector<std::string> contents;
  for (const std::filesystem::path& path : paths_) {
    ASSIGN_OR_RETURN(std::optional<std::string> content, storage::ReadFile(path));
    if (!content.has_value()) {
      return Error(absl::StatusCode::kInvalidArgument, "FILE_MISSING",
                   fmt::format("there is no file {}", path.string()));
    }
    contents.push_back(*std::move(content));
  }
  return contents;
}

std::optional<absl::Status> WatchedFiles::Look() {
  absl::StatusOr<std::vector<std::string>> contents = Read();
  if (seen_.has_value() && *seen_ == contents) return std::nullopt;
  absl::Status outcome = contents.ok() ? take_(*contents) : contents.status();
  seen_ = std::move(contents);
  return outcome;
}

}  // namespace chipline::security
