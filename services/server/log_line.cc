#include "services/server/log_line.h"

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

// One call, so that lines of several threads do not mix. There is nowhere to report a failure to.
void Write(const std::string& line) { std::fwrite(line.data(), 1, line.size(), stderr); }

}  // namespace

std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          LogFields fields) {
  return Format(time, level, message, fields);
}

void LogLine(LogLevel level, std::string_view message, LogFields fields) {
  Write(Format(absl::Now(), level, message, fields));
}

void LogLineOf(LogLevel level, std::string_view message,
               const std::vector<std::pair<std::string_view, std::string>>& fields) {
  Write(Format(absl::Now(), level, message, fields));
}

}  // namespace chipline::server
