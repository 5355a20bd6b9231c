#ifndef CHIPLINE_SERVICES_CLI_INTERVAL_WORDS_H_
#define CHIPLINE_SERVICES_CLI_INTERVAL_WORDS_H_

#include <string>
#include <vector>

#include "chipline/v1/timeline.pb.h"

// What a rule does and how an order stands in one span of valid time, in one line.
namespace chipline::cli {

// "from 2026-01-15 until 2026-03-01", as it is stored: the last day is the day after. Empty for all
// time.
std::string DaysWords(const v1::ValidInterval& valid);

// The state for anybody, then those that are for some.
std::string RuleIntervalWords(const v1::RuleInterval& interval);

// The gates that still stand in the way: everything but SATISFIED and NOT_REQUIRED, with what each
// turns on.
std::string OpenGates(const v1::OrderInterval& interval);

// What changed at the start of an interval, a line for each gate: "→ us export blocks (004-01.b)".
std::vector<std::string> EdgeLines(const v1::OrderInterval& interval);

// Why an order stands as it does in an interval, a line each: what holds it up, and each open gate
// with its reason, its conditions and the rules that may apply.
std::vector<std::string> WhyLines(const v1::OrderInterval& interval);

// "WAITING: the licence is not decided; open: cn import pending".
std::string OrderIntervalWords(const v1::OrderInterval& interval);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_INTERVAL_WORDS_H_
