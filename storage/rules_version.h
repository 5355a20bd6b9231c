#ifndef CHIPLINE_STORAGE_RULES_VERSION_H_
#define CHIPLINE_STORAGE_RULES_VERSION_H_

#include <cstdint>

namespace chipline::storage {

// The newest version of the rules by which this program can apply commands. It can also apply by
// every older one. A command carries the version that was in force where it was made. This is a
// function, so that tests can link a program of the next version.
uint32_t NewestRulesVersion();

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_RULES_VERSION_H_
