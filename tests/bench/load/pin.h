#ifndef CHIPLINE_TESTS_BENCH_LOAD_PIN_H_
#define CHIPLINE_TESTS_BENCH_LOAD_PIN_H_

#include "absl/status/status.h"

namespace chipline::bench {

// Where the servers and the load run when they are to have a core each.
inline constexpr int kServerCore = 0;
inline constexpr int kLoadCore = 1;

// Lets every thread of this program, and all that they start from now on, run on that core alone.
// FAILED_PRECONDITION if the machine does not have it or does not give it.
absl::Status PinTo(int core);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_PIN_H_
