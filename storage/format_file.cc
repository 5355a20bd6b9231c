#include "storage/format_file.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "storage/check.h"
#include "storage/error.h"
#include "storage/file.h"
#include "storage/protobuf_json.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

constexpr size_t kLogIdDigits = 32;
constexpr std::string_view kDamaged = "FORMAT_DAMAGED";

absl::Status Damaged(const std::filesystem::path& path, std::string_view reason) {
  return Error(absl::StatusCode::kDataLoss, reason,
               path.string() + " cannot be read; restore it from a backup");
}

}  // namespace

absl::StatusOr<bool> ReadJsonFile(const std::filesystem::path& path, std::string_view reason,
                                  google::protobuf::Message& message) {
  ASSIGN_OR_RETURN(const auto content, ReadFile(path));
  if (!content.has_value()) return false;
  if (!ReadProtobufJson(*content, message).ok()) {
    return Damaged(path, reason);
  }
  return true;
}

absl::Status WriteJsonFile(const std::filesystem::path& path,
                           const google::protobuf::Message& message) {
  std::string json;
  // Cannot fail: no message here has an Any or an invalid string.
  CHECK(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return ReplaceFile(path, json + "\n");
}

absl::Status CheckFormatVersion(std::string_view what, uint32_t version, uint32_t known) {
  if (version <= known) return absl::OkStatus();
  return Error(
      absl::StatusCode::kFailedPrecondition, "FORMAT_TOO_NEW",
      std::string(what) + " is of format " + std::to_string(version) +
          ", and this program knows up to " + std::to_string(known) + "; use a newer chipline",
      {{"format_version", std::to_string(version)}, {"known_version", std::to_string(known)}});
}

uint64_t NextEpoch(uint64_t highest_known, absl::Time now) {
  const int64_t seconds = std::max<int64_t>(absl::ToUnixSeconds(now), 0);
  return std::max(highest_known + 1, static_cast<uint64_t>(seconds));
}

absl::StatusOr<std::optional<v1::Format>> ReadFormat(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "FORMAT";
  v1::Format format;
  ASSIGN_OR_RETURN(const bool there, ReadJsonFile(path, kDamaged, format));
  if (!there) return std::nullopt;
  if (format.log_id().size() != kLogIdDigits || format.version() == 0 || format.epoch() == 0) {
    return Damaged(path, kDamaged);
  }
  return format;
}

absl::Status WriteFormat(const std::filesystem::path& directory, const v1::Format& format) {
  return WriteJsonFile(directory / "FORMAT", format);
}

}  // namespace chipline::storage
