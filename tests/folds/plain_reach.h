#ifndef CHIPLINE_TESTS_FOLDS_PLAIN_REACH_H_
#define CHIPLINE_TESTS_FOLDS_PLAIN_REACH_H_

#include <functional>
#include <string>
#include <vector>

#include "chipline/v1/event.pb.h"
#include "tests/folds/small_logs.h"

// Whether a rule applies to an order, as timelines.md says it in "Rules, gates, orders", told as
// plainly as possible: a reference that the fold is compared with.
namespace chipline::timeline::testing {

struct PlainReach {
  bool no = false;
  // Statements of which nobody knows whether they hold; the rule applies if all do. Equal texts are
  // one statement.
  std::vector<std::string> unknown;

  bool yes() const { return !no && unknown.empty(); }
  bool may() const { return !no && !unknown.empty(); }
};

// How the rule reaches one chip and one buyer of the order.
PlainReach PlainReachOf(const v1::ExportRuleChange& rule, const v1::ChipOrder& order,
                        const v1::Ref& chip, const v1::Ref& buyer);

// Whether two statements about the order exclude each other: it goes to one place, and a buyer has
// one seat.
bool Exclude(const std::string& a, const std::string& b);

// Whether a statement that PlainReachOf leaves open holds for this rule, given by its place in the
// log.
using Holds = std::function<bool(size_t rule, const std::string& statement)>;

// A log in which nothing is left open, for an order of plain chips and buyers: what applies lists
// exactly the chips, the place and the buyers that it is for, without a seat or a purpose, and what
// does not apply is gone.
struct CompletedLog {
  SmallLog log;
  // The rules, by place in the log, that applied only by what `holds` says.
  std::set<size_t> decided;
};
CompletedLog Complete(const SmallLog& log, const Holds& holds);

// All statements that are open in the log, each once.
std::vector<std::string> OpenStatements(const SmallLog& log);

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_PLAIN_REACH_H_
