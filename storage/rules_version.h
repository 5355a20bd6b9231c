#ifndef CHIPLINE_STORAGE_RULES_VERSION_H_
#define CHIPLINE_STORAGE_RULES_VERSION_H_

#include <cstdint>

namespace chipline::storage {

// The newest version of the rules by which this program can apply commands; it can apply them by
// every older one as well. Commands carry the version that was in force where they were made. A
// function, so that tests can link a program of the version to come.
uint32_t NewestRulesVersion();

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_RULES_VERSION_H_
