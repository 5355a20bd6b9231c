#include "services/cli/build_version.h"
#include "storage/rules_version.h"

// What makes a program of its own, beside everything that is shipped: one that knows a version of
// the rules more.
namespace chipline {

uint32_t storage::NewestRulesVersion() { return 2; }

std::string cli::BuildVersion() { return "chipline of the rules to come"; }

}  // namespace chipline
