#ifndef CHIPLINE_SERVICES_SERVER_LOG_LINE_H_
#define CHIPLINE_SERVICES_SERVER_LOG_LINE_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace chipline::server {

enum class LogLevel { kInfo, kWarning, kError };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

// A line for the operator: time (UTC), level, message, then key=value for each field, values in
// quotes where they are more than one word. Never holds what a client sent beyond names and
// addresses. Ends with a newline and holds no other: message and values are escaped here, as
// services/words/visible_text.h says, and a quotation mark in a value as \".
std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          LogFields fields);

// The same as one object of JSON on a line: "time", "level", "message", then the fields, all
// strings; no field may have one of these names. Text is escaped first as above, so that no reader
// of the values is driven by them.
std::string FormatJsonLogLine(absl::Time time, LogLevel level, std::string_view message,
                              LogFields fields);

enum class LogFormat { kText, kJson };
// How LogLine writes from now on, in the whole program, whose stderr there is one of. Text at
// first.
void SetLogFormat(LogFormat format);

// Writes one to stderr, whole even if other threads do the same. Not for what happens often.
void LogLine(LogLevel level, std::string_view message, LogFields fields = {});

// The same for fields that are not known where the line is written.
void LogLineOf(LogLevel level, std::string_view message,
               const std::vector<std::pair<std::string_view, std::string>>& fields);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_LOG_LINE_H_
