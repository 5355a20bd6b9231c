#ifndef CHIPLINE_SERVICES_CLI_CONFIG_WORDS_H_
#define CHIPLINE_SERVICES_CLI_CONFIG_WORDS_H_

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace chipline::cli {

// Every name in the configuration file of `root` that is no option, with what is most likely meant
// by it: one sentence, for when the file was refused. Empty if all names are options.
std::string UnknownSettings(const CLI::App& root);

// Every name that the file of `root`, which was parsed, sets more than once: one sentence. Empty if
// there is none. The library would take the first value and say nothing.
std::string RepeatedSettings(const CLI::App& root);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_CONFIG_WORDS_H_
