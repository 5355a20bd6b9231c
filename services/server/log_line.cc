#include "services/server/log_line.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <atomic>
#include <cstdio>

#include "absl/time/clock.h"

#include "fmt/format.h"
#include "services/words/visible_text.h"

namespace chipline::server {
namespace {

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

bool IsPlain(std::string_view value) {
  if (value.empty()) return false;
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c > '~') return false;
  }
  return true;
}

// Between quotation marks, with those inside of it escaped.
std::string Quoted(std::string_view value) {
  std::string quoted = "\"";
  for (const char c : VisibleText(value)) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

template <typename Fields>
std::string Format(absl::Time time, LogLevel level, std::string_view message,
                   const Fields& fields) {
  std::string line = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  line += fmt::format(" {} {}", LevelName(level), VisibleText(message));
  for (const auto& [key, value] : fields) {
    line += IsPlain(value) ? fmt::format(" {}={}", key, value)
                           : fmt::format(" {}={}", key, Quoted(value));
  }
  line += '\n';
  return line;
}

template <typename Fields>
std::string FormatJson(absl::Time time, LogLevel level, std::string_view message,
                       const Fields& fields) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  const auto write = [&writer](std::string_view key, const std::string& value) {
    writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartObject();
  write("time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()));
  write("level", std::string(LevelName(level)));
  write("message", VisibleText(message));
  for (const auto& [key, value] : fields) write(key, VisibleText(value));
  writer.EndObject();
  return std::string(text.GetString(), text.GetSize()) + '\n';
}

std::atomic<LogFormat>& ChosenFormat() {
  static std::atomic<LogFormat> format = LogFormat::kText;
  return format;
}

template <typename Fields>
std::string FormatAsChosen(LogLevel level, std::string_view message, const Fields& fields) {
  const absl::Time now = absl::Now();
  return ChosenFormat() == LogFormat::kJson ? FormatJson(now, level, message, fields)
                                            : Format(now, level, message, fields);
}

// One call, so that lines of several threads do not mix. There is nowhere to report a failure to.
void Write(const std::string& line) { std::fwrite(line.data(), 1, line.size(), stderr); }

}  // namespace

std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          LogFields fields) {
  return Format(time, level, message, fields);
}

std::string FormatJsonLogLine(absl::Time time, LogLevel level, std::string_view message,
                              LogFields fields) {
  return FormatJson(time, level, message, fields);
}

void SetLogFormat(LogFormat format) { ChosenFormat() = format; }

void LogLine(LogLevel level, std::string_view message, LogFields fields) {
  Write(FormatAsChosen(level, message, fields));
}

void LogLineOf(LogLevel level, std::string_view message,
               const std::vector<std::pair<std::string_view, std::string>>& fields) {
  Write(FormatAsChosen(level, message, fields));
}

}  // namespace chipline::server
