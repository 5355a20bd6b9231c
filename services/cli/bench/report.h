#ifndef CHIPLINE_SERVICES_CLI_BENCH_REPORT_H_
#define CHIPLINE_SERVICES_CLI_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "services/cli/bench/measurement.h"
#include "services/cli/console.h"

namespace chipline::cli::bench {

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
bool PrintReport(const std::vector<Row>& rows, Console& console);

}  // namespace chipline::cli::bench

#endif  // CHIPLINE_SERVICES_CLI_BENCH_REPORT_H_
