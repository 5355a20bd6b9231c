#include "tests/checker/history.h"

#include <fstream>
#include <string_view>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "fmt/format.h"
#include "storage/check.h"

namespace chipline::checker {

std::string ToLine(const Entry& entry) {
  std::string line;
  CHECK(google::protobuf::util::MessageToJsonString(entry, &line).ok());
  return line + "\n";
}

absl::StatusOr<History> ReadHistory(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read " + path.string());
  History history;
  history.name = path.filename().string();
  std::string line;
  while (std::getline(file, line)) {
    if (file.eof()) break;
    Entry& entry = history.entries.emplace_back();
    if (!google::protobuf::util::JsonStringToMessage(line, &entry).ok() ||
        entry.what_case() == Entry::WHAT_NOT_SET) {
      return absl::InvalidArgumentError(
          fmt::format("{}:{} is not an entry of a history", path.string(), history.entries.size()));
    }
  }
  return history;
}

}  // namespace chipline::checker
