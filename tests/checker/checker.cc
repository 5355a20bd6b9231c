#include "tests/checker/checker.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "tests/checker/facts.h"

namespace chipline::checker {

std::string Violation::ToString() const {
  return fmt::format("violated {}: {} [{}]", promise, what, fmt::join(evidence, ", "));
}

Verdict Check(const std::vector<History>& histories) {
  const Facts facts(histories);
  const Appends appends = CutIntoAppends(facts);
  Verdict verdict;
  verdict.load = facts.load;
  verdict.violation = CheckWhole(facts, appends);
  if (!verdict.violation) verdict.violation = CheckLog(facts);
  if (!verdict.violation) verdict.violation = CheckPhantoms(facts);
  if (!verdict.violation) verdict.violation = CheckAcknowledged(facts);
  if (!verdict.violation) verdict.violation = CheckIds(facts);
  if (!verdict.violation) verdict.violation = CheckRevisions(facts, appends);
  if (!verdict.violation) verdict.violation = CheckAgreement(facts);
  if (!verdict.violation) verdict.violation = CheckStreams(facts);
  return verdict;
}

}  // namespace chipline::checker
