#include "storage/rules_version.h"

namespace chipline::storage {

uint32_t NewestRulesVersion() { return 1; }

}  // namespace chipline::storage
