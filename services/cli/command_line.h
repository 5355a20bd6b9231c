#ifndef CHIPLINE_SERVICES_CLI_COMMAND_LINE_H_
#define CHIPLINE_SERVICES_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "services/cli/commands.h"
#include "services/cli/console.h"
#include "services/cli/exit_code.h"

namespace chipline::cli {

// Fills `root` with the flags that all subcommands have, bound to `options`, which must outlive it,
// and with every subcommand. Gives each option a variable of the environment and, for --help, its
// default.
std::vector<Command> BuildCommandLine(CLI::App& root, CommonOptions& options);

// Reads the command line, the environment and the configuration file, and does what they say. A
// flag wins over the file, and the file over the environment. `version` is what --version prints.
ExitCode RunCommandLine(int argc, const char* const* argv, const std::string& version);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_COMMAND_LINE_H_
