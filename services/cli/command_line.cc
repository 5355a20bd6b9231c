#include "services/cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/arguments.h"
#include "services/cli/config_words.h"
#include "services/cli/flags.h"
#include "services/cli/help_format.h"
#include "services/cli/help_text.h"
#include "services/cli/table.h"

namespace chipline::cli {
namespace {

std::string Capitals(std::string_view name) {
  std::string result;
  for (const char c : name) {
    result += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return result;
}

// CHIPLINE_SERVER for a common flag, CHIPLINE_SERVE_DATA for one of a subcommand.
void NameInEnvironment(const CLI::App& app, const std::string& prefix) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string& name = option->get_single_name();
    if (option->get_lnames().empty() || name == "help" || name == "version" || name == "config") {
      continue;
    }
    auto* named = const_cast<CLI::Option*>(option);
    named->envname(prefix + Capitals(name));
    // An option's own words for its value take the place of the variable's name as well.
    if (!option->get_option_text().empty()) {
      named->option_text(
          fmt::format("{} (Env:{})", option->get_option_text(), option->get_envname()));
    }
  }
}

void AddCommonFlags(CLI::App& root, CommonOptions& options) {
  root.add_option("--server", options.server,
                  "HOST:PORT of the server to talk to; one on this machine is reached without the "
                  "proxies that the environment names")
      ->capture_default_str()
      ->check([](const std::string& server) {
        return server.find(':') != std::string::npos ? std::string()
                                                     : "is " + server + "; HOST:PORT is needed";
      });
  AddDuration(root, "--timeout", options.timeout, "how long a call may take, for example 10s");
  root.add_flag("--json", options.json, "results and errors as JSON instead of text for people");
  root.add_option("--language", options.language,
                  "names of companies, chips and places in this language, a tag such as ar, where "
                  "the log has them; on a terminal that of the locale (LC_ALL, LC_MESSAGES, LANG) "
                  "is the default")
      ->check([](const std::string& tag) {
        const bool is_tag = !tag.empty() && tag.size() <= 35 &&
                            std::all_of(tag.begin(), tag.end(), [](unsigned char c) {
                              return c < 0x80 && (std::isalnum(c) != 0 || c == '-');
                            });
        return is_tag ? std::string() : tag + " is no tag of a language such as ar or zh-Hans";
      });
  const std::map<std::string, ColorMode> modes = {
      {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}};
  root.add_option_function<std::string>(
          "--color", [&options, modes](const std::string& mode) { options.color = modes.at(mode); },
          "auto colours terminals unless NO_COLOR is set")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->default_str("auto");
}

}  // namespace

std::vector<Command> BuildCommandLine(CLI::App& root, CommonOptions& options) {
  root.description("Event log and timelines of AI-compute supply.");
  root.footer(
      "chipline help SUBCOMMAND is chipline SUBCOMMAND --help.\n"
      "Exit codes: 0 done, 1 refused or failed, 2 misused, 3 verified and found wanting.\n"
      "A flag wins over the configuration file, and the file over the environment. In the file "
      "the options of a subcommand stand in a [section] of its name. A variable is called after "
      "its option: CHIPLINE_SERVER for --server, CHIPLINE_SERVE_DATA for --data of serve.\n"
      "--json prints Protobuf JSON, one message a line: names in lowerCamelCase, 64-bit numbers as "
      "strings, fields at their default left out; errors are google.rpc.Status on standard error.\n"
      "Control characters and what else would drive a terminal or hide in text that others wrote "
      "is shown as escapes; SECURITY.md says which.");
  root.require_subcommand(1);
  // Subcommands take it over when they are made.
  root.formatter(std::make_shared<HelpFormat>());
  const char* config = std::getenv("CHIPLINE_CONFIG");
  root.set_config("--config", config == nullptr ? "" : config,
                  "TOML file with the same options; unknown keys are refused (Env:CHIPLINE_CONFIG)",
                  config != nullptr);
  root.allow_config_extras(CLI::config_extras_mode::error);
  AddCommonFlags(root, options);
  AddCredentialFlags(root, options.credential_flags);

  std::vector<Command> commands;
  commands.push_back(AddServeCommand(root));
  commands.push_back(AddNewCommand(root));
  commands.push_back(AddAppendCommand(root));
  commands.push_back(AddImportCommand(root));
  commands.push_back(AddExportCommand(root));
  commands.push_back(AddTailCommand(root));
  commands.push_back(AddEventsCommand(root));
  commands.push_back(AddTimelineCommand(root));
  commands.push_back(AddWatchCommand(root));
  commands.push_back(AddExplainCommand(root));
  commands.push_back(AddNamesCommand(root));
  commands.push_back(AddStatusCommand(root));
  commands.push_back(AddVerifyCommand(root));
  commands.push_back(AddBackupCommand(root));
  commands.push_back(AddRestoreCommand(root));
  commands.push_back(AddRepairCommand(root));
  commands.push_back(AddLogCommand(root));
  commands.push_back(AddClusterCommand(root));
  commands.push_back(AddInspectCommand(root));
  commands.push_back(AddProtoCommand(root));
  commands.push_back(AddDescribeCommand(root));

  NameInEnvironment(root, "CHIPLINE_");
  ShowDefaults(root);
  for (CLI::App* command : root.get_subcommands({})) {
    // Common flags may stand after the subcommand as well.
    command->fallthrough();
    NameInEnvironment(*command, fmt::format("CHIPLINE_{}_", Capitals(command->get_name())));
    ShowDefaults(*command);
    for (CLI::App* inner : command->get_subcommands({})) {
      inner->fallthrough();
      ShowDefaults(*inner);
    }
  }
  return commands;
}

ExitCode RunCommandLine(int argc, const char* const* argv, const std::string& version) {
  UseUtf8();
  CLI::App root;
  root.name("chipline");
  root.set_version_flag("--version", version);
  CommonOptions options;
  const std::vector<Command> commands = BuildCommandLine(root, options);
  const std::vector<std::string> arguments =
      WithHelpInWords(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  try {
    // The library takes them from the back.
    root.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& asked) {
    // --help and --version.
    Console console(options);
    std::ostringstream words;
    root.exit(asked, words, words);
    console.Print(HelpText(words.str()));
    return console.Finish(ExitCode::kDone);
  } catch (const CLI::ParseError& error) {
    std::string words = UnknownSubcommand(root, arguments);
    if (words.empty() && dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
      words = UnknownSettings(root);
    }
    if (words.empty()) {
      const bool extras = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
      words = extras ? UnexpectedWords(root) : error.what();
    }
    options.json = AsksForJson(arguments);
    Console console(options);
    const ExitCode code = console.Misuse(words);
    console.Note("See chipline --help, or --help after a subcommand.");
    return code;
  }
  if (const std::string repeated = RepeatedSettings(root); !repeated.empty()) {
    return Console(options).Misuse(repeated);
  }
  const absl::StatusOr<Credentials> credentials = ReadCredentials(options.credential_flags);
  if (!credentials.ok()) {
    const absl::string_view words = credentials.status().message();
    return Console(options).Misuse(std::string_view(words.data(), words.size()));
  }
  options.credentials = *credentials;
  Console console(options);
  for (const Command& command : commands) {
    if (!command.flags->parsed()) continue;
    return console.Finish(command.run(console));
  }
  return ExitCode::kMisused;
}

}  // namespace chipline::cli
