// Lines of `chipline import`: what is read and written again is read as the same.
#include <string>

#include "services/cli/event_lines.h"
#include "services/cli/json.h"
#include "tests/fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text = chipline::fuzz::Text(bytes, size);
  const auto event = chipline::cli::ParseEventLine(text, "input", 1);
  if (!event.ok()) {
    MUST(absl::IsInvalidArgument(event.status()) && !event.status().message().empty());
    return 0;
  }
  const std::string line = chipline::cli::JsonLine(*event);
  MUST(line.find('\n') == std::string::npos);
  const auto again = chipline::cli::ParseEventLine(line, "input", 1);
  MUST(again.ok());
  MUST(again->SerializeAsString() == event->SerializeAsString());
  return 0;
}
