#ifndef CHIPLINE_SERVICES_CLI_ARGUMENTS_H_
#define CHIPLINE_SERVICES_CLI_ARGUMENTS_H_

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

// The words of the command line before they are parsed, and when they could not be.
namespace chipline::cli {

// `help import` as `import --help`, and `help` alone as `--help`. Everything else as it is.
std::vector<std::string> WithHelpInWords(std::vector<std::string> arguments);

// If a word stands where a subcommand is due and is none: a sentence that names it, what is nearest
// to it and what there is. Empty otherwise.
std::string UnknownSubcommand(const CLI::App& root, const std::vector<std::string>& arguments);

// The arguments that the last parse found no place for, in their order, and for an option the
// nearest that there is.
std::string UnexpectedWords(const CLI::App& root);

// Whether errors are asked for as JSON, for when the flags could not be read.
bool AsksForJson(const std::vector<std::string>& arguments);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_ARGUMENTS_H_
