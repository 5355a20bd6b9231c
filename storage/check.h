#ifndef CHIPLINE_STORAGE_CHECK_H_
#define CHIPLINE_STORAGE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Ends the program if an invariant of ours is broken, also in release builds, since a log that
// continued could be wrong. Never for what a client, a disk or a clock can cause.
#define CHECK(condition)                                                                     \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)

#endif  // CHIPLINE_STORAGE_CHECK_H_
