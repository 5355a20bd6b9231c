#ifndef CHIPLINE_SERVICES_CLI_EXIT_CODE_H_
#define CHIPLINE_SERVICES_CLI_EXIT_CODE_H_

namespace chipline::cli {

// What the command leaves to the shell.
enum class ExitCode {
  // Everything asked for was done.
  kDone = 0,
  // The server refused it or could not be reached, or a part of it failed.
  kFailed = 1,
  // The command line, the environment or the configuration file makes no sense.
  kMisused = 2,
  // It was looked at, and it is not as it must be.
  kFindings = 3,
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_EXIT_CODE_H_
