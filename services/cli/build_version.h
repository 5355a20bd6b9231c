#ifndef CHIPLINE_SERVICES_CLI_BUILD_VERSION_H_
#define CHIPLINE_SERVICES_CLI_BUILD_VERSION_H_

#include <string>

namespace chipline::cli {

// What this program was built from, for --version: "chipline 0.2.0 (commit 0123456789ab, Release)".
// Part of the program alone, so that a new commit compiles one file and links one binary.
std::string BuildVersion();

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_BUILD_VERSION_H_
