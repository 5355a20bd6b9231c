#ifndef CHIPLINE_SERVICES_CLI_HELP_FORMAT_H_
#define CHIPLINE_SERVICES_CLI_HELP_FORMAT_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace chipline::cli {

// How --help lays out a subcommand: all options that it takes, also those of the subcommand around
// it, and nothing that chipline --help says for all of them. CLI11's own would repeat the closing
// words of `chipline` below each, name a variable for every option, and put the values that an
// option takes into one word that no line holds.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_positionals(const CLI::App* app) const override;
  std::string make_expanded(const CLI::App* group) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_HELP_FORMAT_H_
