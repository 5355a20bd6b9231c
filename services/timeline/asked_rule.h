#ifndef CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
#define CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_

#include <optional>

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"
#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// A question about rules that names a buyer, a seat or a purpose: the order that it is about, which
// nobody placed yet. By the names as known; a name that means no entity stands for itself. nullopt
// if the question names none of the three.
std::optional<OrderFacts> AskedOrder(const v1::ExportRuleQuery& query, const NamesAt& names);

// Sets ExportRuleEntry.asked of a rule of one chip and one place: how its gate stands to the order,
// by all rules that apply or may apply. Leaves a rule alone that gives chip or place in words only
// or as a group.
absl::Status AddAsked(const OrderFacts& asked, const EntryFolder& folder, const AsOf& as_of,
                      v1::TimelineEntry* rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ASKED_RULE_H_
