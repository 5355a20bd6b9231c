#include "services/console/files.h"

// For a build without node or the npm packages.
namespace chipline::console {

std::span<const File> Files() { return {}; }

}  // namespace chipline::console
