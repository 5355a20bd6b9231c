#ifndef CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
#define CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// The order that a question about rules is about, which nobody placed yet: its buyer, seat and
// purpose, as far as the question names them. By the names as known; a name that means no entity
// stands for itself.
struct AskedOrder {
  OrderFacts order;
  // Whether the question names any of the three.
  bool named = false;
};
AskedOrder AskedOf(const v1::ExportRuleQuery& query, const NamesAt& names);

// Sets ExportRuleEntry.asked of a rule of one chip and one place: how its gate stands to the order,
// by all rules that apply or may apply. Where the question names nobody, only if a rule may apply
// on any day. Leaves a rule alone that gives chip or place in words only or as a group.
absl::Status AddAsked(const AskedOrder& asked, const EntryFolder& folder, const AsOf& as_of,
                      v1::TimelineEntry* rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
