#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "tests/checker/checker.h"
#include "tests/checker/history.h"

// Reads histories and says whether they keep the promises: exit 0 if they do, 1 with the first
// violation, 2 if there is too little to tell or a file cannot be read.
//
//   check_histories --floor 200 writer-*.ndjson reader-*.ndjson final.ndjson
namespace chipline::checker {
namespace {

int Run(const std::vector<std::string>& arguments) {
  size_t floor = 1;
  std::vector<History> histories;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--floor" && i + 1 < arguments.size()) {
      floor = std::strtoul(arguments[++i].c_str(), nullptr, 10);
      continue;
    }
    auto history = ReadHistory(arguments[i]);
    if (!history.ok()) {
      fmt::print(stderr, "{}\n", history.status().ToString());
      return 2;
    }
    histories.push_back(*std::move(history));
  }
  const Verdict verdict = Check(histories);
  fmt::print(
      "{} appends: {} acknowledged, {} refused, {} unknown; {} events in the log, {} delivered\n",
      verdict.load.attempts, verdict.load.acknowledged, verdict.load.refused, verdict.load.unknown,
      verdict.load.log_events, verdict.load.delivered_events);
  if (verdict.violation.has_value()) {
    fmt::print("{}\n", verdict.violation->ToString());
    return 1;
  }
  if (verdict.load.acknowledged < floor) {
    fmt::print("too little to tell: {} acknowledged, at least {} wanted\n",
               verdict.load.acknowledged, floor);
    return 2;
  }
  fmt::print("every promise was kept\n");
  return 0;
}

}  // namespace
}  // namespace chipline::checker

int main(int argc, char** argv) {
  return chipline::checker::Run(std::vector<std::string>(argv + 1, argv + argc));
}
