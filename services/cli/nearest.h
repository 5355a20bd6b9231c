#ifndef CHIPLINE_SERVICES_CLI_NEAREST_H_
#define CHIPLINE_SERVICES_CLI_NEAREST_H_

#include <string>
#include <string_view>
#include <vector>

namespace chipline::cli {

// The name that a mistyped word most likely means: at most two letters, of a word of up to four
// only one, must be put in, taken out or changed. Empty if none is that near.
std::string Nearest(std::string_view word, const std::vector<std::string>& names);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_NEAREST_H_
