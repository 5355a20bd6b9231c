#ifndef CHIPLINE_SERVICES_CLI_COMMANDS_H_
#define CHIPLINE_SERVICES_CLI_COMMANDS_H_

#include <functional>

#include "services/cli/console.h"
#include "services/cli/exit_code.h"

namespace CLI {
class App;
}  // namespace CLI

namespace chipline::cli {

// A subcommand: its flags, and what to do when it was chosen. `run` keeps what the flags are bound
// to.
struct Command {
  const CLI::App* flags = nullptr;
  std::function<ExitCode(Console&)> run;
};

// Each adds one subcommand to the command line, which owns it.
Command AddServeCommand(CLI::App& root);
Command AddNewCommand(CLI::App& root);
Command AddAppendCommand(CLI::App& root);
Command AddImportCommand(CLI::App& root);
Command AddExportCommand(CLI::App& root);
Command AddTailCommand(CLI::App& root);
Command AddEventsCommand(CLI::App& root);
Command AddTimelineCommand(CLI::App& root);
Command AddWatchCommand(CLI::App& root);
Command AddExplainCommand(CLI::App& root);
Command AddNamesCommand(CLI::App& root);
Command AddStatusCommand(CLI::App& root);
Command AddVerifyCommand(CLI::App& root);
Command AddBackupCommand(CLI::App& root);
Command AddRestoreCommand(CLI::App& root);
Command AddRepairCommand(CLI::App& root);
Command AddLogCommand(CLI::App& root);
Command AddClusterCommand(CLI::App& root);
Command AddInspectCommand(CLI::App& root);
Command AddProtoCommand(CLI::App& root);
// Hidden: the command line itself as JSON, from which manual pages and completions are made.
Command AddDescribeCommand(CLI::App& root);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_COMMANDS_H_
