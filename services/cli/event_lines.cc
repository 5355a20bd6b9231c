#include "services/cli/event_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include "services/cli/json.h"

namespace chipline::cli {
namespace {

// Lines of a file that are read ahead at a time, and how many of them a thread takes to parse.
constexpr size_t kLinesAhead = 1024;
constexpr size_t kBytesAhead = 1024 * 1024;
constexpr size_t kGroup = 64;

// Whether the line is a RecordedEvent: its first key is one of that message's. An Event has none of
// them.
bool IsRecorded(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto take = [&text, kSpace](char wanted) {
    const size_t at = text.find_first_not_of(kSpace);
    if (at == std::string_view::npos || text[at] != wanted) return false;
    text.remove_prefix(at + 1);
    return true;
  };
  if (!take('{') || !take('"')) return false;
  const std::string key(text.substr(0, text.find('"')));
  const auto* type = v1::RecordedEvent::descriptor();
  return type->FindFieldByCamelcaseName(key) != nullptr || type->FindFieldByName(key) != nullptr;
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
  if (IsRecorded(text)) {
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
  const bool file = total_bytes_ > 0;
  if (parsed_.empty()) Parse(Read(file ? kLinesAhead : 1));
  if (parsed_.empty()) return std::nullopt;
  EventLine line = std::move(parsed_.front());
  parsed_.pop_front();
  return line;
}

std::vector<EventLines::Text> EventLines::Read(size_t lines) {
  std::vector<Text> texts;
  std::string text;
  size_t bytes = 0;
  while (texts.size() < lines && bytes < kBytesAhead && std::getline(*input_, text)) {
    ++line_;
    bytes_read_ += text.size() + 1;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.find_first_not_of(" \t") == std::string::npos) continue;
    bytes += text.size();
    texts.push_back({line_, std::move(text)});
  }
  return texts;
}

void EventLines::Parse(const std::vector<Text>& texts) {
  const size_t groups = (texts.size() + kGroup - 1) / kGroup;
  std::vector<std::vector<EventLine>> parsed(groups);
  std::atomic<size_t> next = 0;
  const auto parse = [&] {
    for (size_t i = next++; i < groups; i = next++) {
      const auto begin = texts.begin() + static_cast<ptrdiff_t>(i * kGroup);
      const auto end = i + 1 == groups ? texts.end() : begin + kGroup;
      parsed[i] = ParseGroup({begin, end});
    }
  };
  const size_t threads = std::min<size_t>(std::thread::hardware_concurrency(), groups);
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(parse);
  parse();
  for (std::thread& other : others) other.join();
  for (std::vector<EventLine>& group : parsed) {
    std::move(group.begin(), group.end(), std::back_inserter(parsed_));
  }
}

std::vector<EventLine> EventLines::ParseGroup(std::span<const Text> texts) const {
  std::vector<EventLine> lines;
  for (const auto& [number, bytes] : texts) {
    lines.push_back({number, ParseEventLine(bytes, name_, number)});
  }
  return lines;
}

}  // namespace chipline::cli
