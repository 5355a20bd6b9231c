#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_GATES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_GATES_H_

#include <string>
#include <vector>

#include "services/timeline/folds/fold.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/rule_reach.h"

namespace chipline::timeline {

// For the gates of an order: what reports on the order say of a gate, and what each rule that
// reaches the order, or may reach it, has to do with it, from whichever entry. Keeps references to
// what it is made of.
class GateClaims {
 public:
  GateClaims(const FoldInput& input, const Effects& effects, const NamesAt& names);

  // Adds to a value of a gate the claims that do not decide it, each with its reason.
  void Add(v1::ExplainedValue* value) const;

 private:
  void AddReport(size_t row, v1::ExplainedValue* value) const;
  void AddRules(const v1::TimelineEntry& entry, v1::ExplainedValue* value) const;
  void AddState(const v1::TimelineEntry& entry, const v1::RuleState& state, bool general,
                v1::ExplainedValue* value) const;
  // How a state reaches the order: for the chip and the buyer for whom it does so most surely.
  Reach ReachOfOrder(const v1::TimelineEntry& entry, const v1::RuleState& state,
                     const v1::ExplainedValue& value) const;
  // Whether the entry is the one of the place and of a chip that the value is of.
  bool IsExact(const v1::ExportRuleKey& key, const v1::ExplainedValue& value) const;
  // Those of the order's chips that the value is of.
  std::vector<std::string> ChipsOf(const v1::ExportRuleKey& key,
                                   const v1::ExplainedValue& value) const;

  const FoldInput& input_;
  const Effects& effects_;
  const NamesAt& names_;
  // One for each place to which it may go.
  std::vector<OrderFacts> places_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_GATES_H_
