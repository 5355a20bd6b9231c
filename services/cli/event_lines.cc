#include "services/cli/event_lines.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

#include "services/cli/json.h"

namespace chipline::cli {
namespace {

// An Event has no field of these names, and every RecordedEvent has them.
bool LooksRecorded(std::string_view text) {
  return text.find("\"event\"") != std::string_view::npos &&
         text.find("\"position\"") != std::string_view::npos;
}

absl::Status ProblemAt(std::string_view source, uint64_t line, const JsonProblem& problem) {
  const std::string column = problem.column == 0 ? "" : fmt::format(", column {}", problem.column);
  return absl::InvalidArgumentError(
      fmt::format("{}: line {}{}: {}", source, line, column, problem.message));
}

}  // namespace

absl::StatusOr<v1::Event> ParseEventLine(std::string_view text, std::string_view source,
                                         uint64_t line) {
  JsonProblem problem;
  if (LooksRecorded(text)) {
    v1::RecordedEvent recorded;
    if (!ParseJson(text, recorded, problem)) return ProblemAt(source, line, problem);
    return std::move(*recorded.mutable_event());
  }
  v1::Event event;
  if (!ParseJson(text, event, problem)) return ProblemAt(source, line, problem);
  return event;
}

EventLines::EventLines(std::string name, std::unique_ptr<std::istream> owned, std::istream& input,
                       uint64_t total_bytes)
    : name_(std::move(name)), owned_(std::move(owned)), input_(&input), total_bytes_(total_bytes) {}

absl::StatusOr<EventLines> EventLines::Open(const std::string& file) {
  if (file == "-") return EventLines("standard input", nullptr, std::cin, 0);
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return absl::InvalidArgumentError(fmt::format("{}: is a directory; name a file in it", file));
  }
  auto input = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!input->is_open()) return absl::NotFoundError(fmt::format("{}: cannot be opened", file));
  const bool regular = std::filesystem::is_regular_file(file, error);
  const uint64_t total = regular ? std::filesystem::file_size(file, error) : 0;
  std::istream& stream = *input;
  return EventLines(file, std::move(input), stream, error ? 0 : total);
}

std::optional<EventLine> EventLines::Next() {
  std::string text;
  while (std::getline(*input_, text)) {
    ++line_;
    bytes_read_ += text.size() + 1;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.find_first_not_of(" \t") == std::string::npos) continue;
    return EventLine{line_, ParseEventLine(text, name_, line_)};
  }
  return std::nullopt;
}

}  // namespace chipline::cli
