#ifndef CHIPLINE_SERVICES_CLI_HELP_TEXT_H_
#define CHIPLINE_SERVICES_CLI_HELP_TEXT_H_

#include <string_view>

#include "services/cli/block.h"

namespace chipline::cli {

// What --help prints, from the text that CLI11 makes: it breaks no lines, so that descriptions run
// over the end of a terminal's. Lines are broken at 80 columns; what describes an option or a
// subcommand stays in its column.
Block HelpText(std::string_view text);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_HELP_TEXT_H_
