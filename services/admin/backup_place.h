#ifndef CHIPLINE_SERVICES_ADMIN_BACKUP_PLACE_H_
#define CHIPLINE_SERVICES_ADMIN_BACKUP_PLACE_H_

#include <filesystem>
#include <string_view>

#include "absl/status/statusor.h"

namespace chipline::admin {

// The folder that a client may have backups written to: `asked`, relative to `root`, which the
// operator named, or absolute; empty is `root` itself. FAILED_PRECONDITION, reason BACKUPS_OFF, if
// the operator named none; INVALID_ARGUMENT if it would be outside, also by a symbolic link, or has
// a name in it that is none. Looks at the disk.
absl::StatusOr<std::filesystem::path> BackupPlace(const std::filesystem::path& root,
                                                  std::string_view asked);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_BACKUP_PLACE_H_
