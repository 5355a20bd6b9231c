#ifndef CHIPLINE_SERVICES_SECURITY_WATCHED_FILES_H_
#define CHIPLINE_SERVICES_SECURITY_WATCHED_FILES_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chipline::security {

// Files that count together, such as a certificate and its key. Compares what they hold, not their
// times, so that links that are swapped and clocks that are coarse make no difference. Not
// thread-safe.
class WatchedFiles {
 public:
  // `take` is given what all files hold, in their order, and says whether that is good.
  using Take = std::function<absl::Status(const std::vector<std::string>&)>;

  WatchedFiles(std::string name, std::vector<std::filesystem::path> paths, Take take)
      : name_(std::move(name)), paths_(std::move(paths)), take_(std::move(take)) {}

  // What they are, for logs.
  const std::string& name() const { return name_; }

  // Reads the files, and if they hold something else than before, or cannot be read any more,
  // offers it. None if nothing is new; else what came of it.
  std::optional<absl::Status> Look();

 private:
  absl::StatusOr<std::vector<std::string>> Read() const;

  std::string name_;
  std::vector<std::filesystem::path> paths_;
  Take take_;
  // What was seen last, be it good or not.
  std::optional<absl::StatusOr<std::vector<std::string>>> seen_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_WATCHED_FILES_H_
