#include "storage/migration.h"

#include "storage/check.h"
#include "storage/error.h"
#include "storage/format_file.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

absl::Status Unfit(const std::filesystem::path& directory, uint32_t version, uint32_t known,
                   bool newer) {
  return Error(
      absl::StatusCode::kFailedPrecondition, newer ? "FORMAT_TOO_NEW" : "FORMAT_TOO_OLD",
      (directory / "FORMAT").string() + " is of format " + std::to_string(version) +
          ", and this program knows " + (newer ? "up to " : "only ") + std::to_string(known) +
          (newer ? "" : " and later") + "; use " + (newer ? "a newer" : "an older") + " chipline" +
          (newer ? "" : " first"),
      {{"format_version", std::to_string(version)}, {"known_version", std::to_string(known)}});
}

}  // namespace

const std::vector<Migration>& Migrations() {
  static const auto* const kMigrations = new std::vector<Migration>{
      // Opening the log makes the family, and the names of the log are collected into it then.
      {1, "adds the family `state` to DATA/log",
       [](const std::filesystem::path&) { return absl::OkStatus(); }},
  };
  CHECK(NewestFormat(*kMigrations) == kFormatVersion);
  return *kMigrations;
}

uint32_t NewestFormat(const std::vector<Migration>& migrations) {
  return migrations.empty() ? kFormatVersion : migrations.back().from + 1;
}

absl::Status Migrate(const std::filesystem::path& directory,
                     const std::vector<Migration>& migrations, v1::Format& format) {
  const uint32_t newest = NewestFormat(migrations);
  if (format.version() > newest) return Unfit(directory, format.version(), newest, true);
  const uint32_t oldest = migrations.empty() ? newest : migrations.front().from;
  if (format.version() < oldest) return Unfit(directory, format.version(), oldest, false);
  for (const Migration& migration : migrations) {
    if (migration.from < format.version()) continue;
    CHECK(migration.from == format.version());
    RETURN_IF_ERROR(migration.apply(directory));
    v1::Format raised = format;
    raised.set_version(migration.from + 1);
    RETURN_IF_ERROR(WriteFormat(directory, raised));
    format = raised;
  }
  return absl::OkStatus();
}

}  // namespace chipline::storage
