#include "services/cli/build_version.h"

#include "build_commit.h"

namespace chipline::cli {

std::string BuildVersion() {
  return "chipline " CHIPLINE_VERSION " (commit " CHIPLINE_COMMIT ", " CHIPLINE_BUILD_TYPE ")";
}

}  // namespace chipline::cli
