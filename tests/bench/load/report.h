#ifndef CHIPLINE_TESTS_BENCH_LOAD_REPORT_H_
#define CHIPLINE_TESTS_BENCH_LOAD_REPORT_H_

#include <string>
#include <vector>

#include "services/cli/console.h"
#include "tests/bench/load/measurement.h"

namespace chipline::bench {

// One test beside one limit, over all rounds.
struct Row {
  std::string test;
  std::string limit;
  // One of each a round, measured next to each other.
  std::vector<Measurement> own;
  std::vector<Measurement> limits;
};

// Own events/s over the limit's of the same round.
Spread RatioOf(const Row& row);

// A table for people, or a JSON object a row, with the ratio of each round's pair: the median, and
// the quartiles of it. True if no test failed.
bool PrintReport(const std::vector<Row>& rows, cli::Console& console);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_REPORT_H_
