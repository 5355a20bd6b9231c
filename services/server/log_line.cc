#include "services/server/log_line.h"

#include <cstdio>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

#include "fmt/format.h"

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

std::string Escaped(std::string_view text) {
  return absl::Utf8SafeCEscape(absl::string_view(text.data(), text.size()));
}

}  // namespace

std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          LogFields fields) {
  std::string line = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  line += fmt::format(" {} {}", LevelName(level), Escaped(message));
  for (const auto& [key, value] : fields) {
    line += IsPlain(value) ? fmt::format(" {}={}", key, value)
                           : fmt::format(" {}=\"{}\"", key, Escaped(value));
  }
  line += '\n';
  return line;
}

void LogLine(LogLevel level, std::string_view message, LogFields fields) {
  const std::string line = FormatLogLine(absl::Now(), level, message, fields);
  // One call, so that lines of several threads do not mix. There is nowhere to report a failure to.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace chipline::server
