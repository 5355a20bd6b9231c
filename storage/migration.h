#ifndef CHIPLINE_STORAGE_MIGRATION_H_
#define CHIPLINE_STORAGE_MIGRATION_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "chipline/storage/v1/format.pb.h"

namespace chipline::storage {

// One step from the format `from` to the next. `apply` gets the data directory, whose lock is held
// and whose databases are closed. It must be idempotent: a process that is killed in it, or after
// it and before FORMAT was raised, runs all of it again. What it returns is said as it is.
struct Migration {
  uint32_t from = 0;
  std::string what;
  std::function<absl::Status(const std::filesystem::path&)> apply;
};

// Those that this program has, in order, one for each format from the oldest it can open to
// kFormatVersion - 1.
const std::vector<Migration>& Migrations();

// The format at the end of them.
uint32_t NewestFormat(const std::vector<Migration>& migrations);

// Brings the directory to that format step by step; FORMAT is raised, synced, after each step.
// `format` is what FORMAT holds, and is kept up. FAILED_PRECONDITION, naming both versions: reason
// FORMAT_TOO_NEW for a newer one, FORMAT_TOO_OLD for one that no step leads from; then nothing was
// touched. Else the error of a step, which leaves the version before it.
absl::Status Migrate(const std::filesystem::path& directory,
                     const std::vector<Migration>& migrations, v1::Format& format);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_MIGRATION_H_
