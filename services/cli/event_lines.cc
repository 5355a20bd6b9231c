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

#include "chipline/v1/event_log_service.pb.h"
#include "services/cli/json.h"

namespace chipline::cli {
namespace {

// Lines of a file that are read ahead at a time, and how many of them are parsed as one text.
constexpr size_t kLinesAhead = 1024;
constexpr size_t kBytesAhead = 1024 * 1024;
constexpr size_t kGroup = 64;

// An Event has no field of these names, and every RecordedEvent has them.
bool LooksRecorded(std::string_view text) {
  return text.find("\"event\"") != std::string_view::npos &&
         text.find("\"position\"") != std::string_view::npos;
}

// Whether the text is one JSON object by its brackets, so that several make an array. Whatever else
// is wrong with it, the parser finds.
bool IsOneObject(std::string_view text) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '\'') {
      // Protobuf's parser takes it for a quotation mark, too.
      return false;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return false;
      if (--depth == 0) return text.front() == '{' && i + 1 == text.size();
    }
  }
  return false;
}

// The texts as a message with so many `events`; false unless each is well.
template <typename Message>
bool ParseArray(std::span<const EventLines::Text> texts, Message& message) {
  std::string array = R"({"events":[)";
  for (const EventLines::Text& text : texts) {
    if (!IsOneObject(text.bytes)) return false;
    if (&text != texts.data()) array += ',';
    array += text.bytes;
  }
  array += "]}";
  JsonProblem problem;
  return ParseJson(array, message, problem) &&
         static_cast<size_t>(message.events_size()) == texts.size();
}

// All lines in one go, if they are of one kind and each is well; else none. Protobuf looks up the
// types of what it is to read once for each text, which takes as long as to read an event.
std::vector<v1::Event> ParseTogether(std::span<const EventLines::Text> texts) {
  std::vector<v1::Event> events;
  const auto recorded_lines =
      std::count_if(texts.begin(), texts.end(),
                    [](const EventLines::Text& text) { return LooksRecorded(text.bytes); });
  if (recorded_lines != 0) {
    // What a line is must not depend on the lines around it.
    if (static_cast<size_t>(recorded_lines) != texts.size()) return events;
    v1::ReadEventsResponse recorded;
    if (!ParseArray(texts, recorded)) return events;
    for (v1::RecordedEvent& each : *recorded.mutable_events()) {
      events.push_back(std::move(*each.mutable_event()));
    }
    return events;
  }
  v1::AppendEventsRequest plain;
  if (!ParseArray(texts, plain)) return events;
  for (v1::Event& each : *plain.mutable_events()) events.push_back(std::move(each));
  return events;
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
  std::vector<v1::Event> events = ParseTogether(texts);
  std::vector<EventLine> lines;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto& [number, bytes] = texts[i];
    if (events.empty()) {
      lines.push_back({number, ParseEventLine(bytes, name_, number)});
    } else {
      lines.push_back({number, std::move(events[i])});
    }
  }
  return lines;
}

}  // namespace chipline::cli
