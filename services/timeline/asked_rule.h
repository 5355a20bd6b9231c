#ifndef CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
#define CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// The order that a question about rules asks for; nobody has placed it. It has the buyer, seat and
// purpose that the question gives, by the names as known. A name that means no entity stands for
// itself.
struct AskedOrder {
  OrderFacts order;
  // Whether the question gives any of the three.
  bool named = false;
};
AskedOrder AskedOf(const v1::ExportRuleQuery& query, const NamesAt& names);

// Sets ExportRuleEntry.asked of a rule for one chip and one place: what its gate is for the order,
// by all rules that apply or may apply. If the question gives no buyer, seat or purpose, only if a
// rule may apply on some day. Does not change a rule that describes its chip or place only in words
// or as a group.
absl::Status AddAsked(const AskedOrder& asked, const EntryFolder& folder, const AsOf& as_of,
                      v1::TimelineEntry* rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
