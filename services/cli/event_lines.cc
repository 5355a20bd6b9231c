#include "services/cli/event_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>
#include <utility>

#include "services/cli/json.h"
#include "storage/limits.h"

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
  v1::Event event;
  if (IsRecorded(text)) {
    v1::RecordedEvent recorded;
    if (!ParseJson(text, recorded, problem)) return ProblemAt(source, line, problem);
    event = std::move(*recorded.mutable_event());
  } else if (!ParseJson(text, event, problem)) {
    return ProblemAt(source, line, problem);
  }
  // An append with it would not even get to the server.
  if (const size_t bytes = event.ByteSizeLong(); bytes > limits::kMaxEventBytes) {
    return ProblemAt(
        source, line,
        {0, fmt::format("the event has {} bytes; {} are allowed", bytes, limits::kMaxEventBytes)});
  }
  return event;
}

absl::StatusOr<EventLines> EventLines::Open(const std::string& file) {
  auto reader = LineReader::Open(file);
  if (!reader.ok()) return reader.status();
  return EventLines(*std::move(reader));
}

std::optional<EventLine> EventLines::Next() {
  const bool file = total_bytes() > 0;
  if (parsed_.empty()) Parse(Read(file ? kLinesAhead : 1));
  if (parsed_.empty()) return std::nullopt;
  EventLine line = std::move(parsed_.front());
  parsed_.pop_front();
  return line;
}

std::vector<TextLine> EventLines::Read(size_t lines) {
  std::vector<TextLine> texts;
  size_t bytes = 0;
  while (texts.size() < lines && bytes < kBytesAhead) {
    std::optional<TextLine> text = reader_.Next();
    if (!text) break;
    if (!text->bytes.empty() && text->bytes.back() == '\r') text->bytes.pop_back();
    if (text->bytes.find_first_not_of(" \t") == std::string::npos) continue;
    bytes += text->bytes.size();
    texts.push_back(*std::move(text));
  }
  return texts;
}

void EventLines::Parse(const std::vector<TextLine>& texts) {
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

std::vector<EventLine> EventLines::ParseGroup(std::span<const TextLine> texts) const {
  std::vector<EventLine> lines;
  for (const TextLine& text : texts) {
    if (text.too_long) {
      lines.push_back({text.number, ProblemAt(name(), text.number,
                                              {0, fmt::format("the line has more than {} bytes",
                                                              kMaxLineBytes)})});
    } else {
      lines.push_back({text.number, ParseEventLine(text.bytes, name(), text.number)});
    }
  }
  return lines;
}

}  // namespace chipline::cli
