#include "services/cli/help_text.h"

#include <cstddef>
#include <sstream>
#include <string>

namespace chipline::cli {
namespace {

constexpr size_t kColumns = 80;
// Where CLI11 begins descriptions.
constexpr size_t kDescriptionColumn = 30;
// For a line that goes on with the names of an option.
constexpr size_t kHanging = 6;

// Where the lines go on that a line is broken into.
size_t HangingOf(std::string_view line) {
  if (!line.starts_with("  ")) return 0;
  const bool described = line.size() > kDescriptionColumn &&
                         line.substr(kDescriptionColumn - 2, 2) == "  " &&
                         line[kDescriptionColumn] != ' ';
  return described ? kDescriptionColumn : kHanging;
}

}  // namespace

Block HelpText(std::string_view text) {
  Block block(Palette(false), 0);
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const size_t hanging = HangingOf(line);
    // What stands before the text is never broken.
    const std::string head = line.substr(0, hanging);
    std::istringstream broken(WrapText(line.substr(hanging), kColumns - hanging, hanging));
    std::string part;
    std::getline(broken, part);
    block.Spans({{head + part}});
    while (std::getline(broken, part)) block.Spans({{part}});
  }
  return block;
}

}  // namespace chipline::cli
