#include "services/timeline/asked_rule.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/timeline/folds/dependencies.h"
#include "services/timeline/folds/order_gates.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

pb::Ref Named(const std::string& name) {
  pb::Ref ref;
  ref.set_mention(name);
  return ref;
}

// Whether a rule may apply on any day.
bool MayDiffer(const pb::ChipOrderEntry& stands) {
  return std::any_of(
      stands.intervals().begin(), stands.intervals().end(), [](const pb::OrderInterval& interval) {
        return std::any_of(
            interval.gates().begin(), interval.gates().end(),
            [](const pb::GateStatus& gate) { return !gate.possible_rules().empty(); });
      });
}

}  // namespace

AskedOrder AskedOf(const pb::ExportRuleQuery& query, const NamesAt& names) {
  AskedOrder asked;
  asked.named = !query.buyer().empty() || !query.buyer_seat().empty() || !query.purpose().empty();
  OrderFacts& order = asked.order;
  if (!query.buyer().empty()) order.buyers = {names.Company(Named(query.buyer()))};
  if (!query.buyer_seat().empty()) order.seat = names.Place(Named(query.buyer_seat()));
  order.purpose = query.purpose();
  return asked;
}

absl::Status AddAsked(const AskedOrder& asked, const EntryFolder& folder, const AsOf& as_of,
                      pb::TimelineEntry* rule) {
  const pb::ExportRuleKey& key = rule->key().export_rule();
  if (key.chip().empty() || key.destination().empty()) return absl::OkStatus();
  if (key.chip_group() || key.destination_group()) return absl::OkStatus();
  OrderFacts order = asked.order;
  order.chips = {key.chip()};
  order.destination = key.destination();
  ASSIGN_OR_RETURN(std::vector<pb::TimelineEntry> rules,
                   folder.DependenciesAt(RulesThatMayBeOf(key.chip(), key.destination()), as_of));
  std::erase_if(rules, [&](const pb::TimelineEntry& other) {
    const pb::ExportRuleKey& of = other.key().export_rule();
    return of.jurisdiction() != key.jurisdiction() || of.gate() != key.gate();
  });
  pb::ChipOrderEntry stands;
  AddIntervals(order, rules, &stands);
  if (!asked.named && !MayDiffer(stands)) return absl::OkStatus();
  for (pb::OrderInterval& interval : *stands.mutable_intervals()) {
    pb::AskedInterval& at = *rule->mutable_export_rule()->add_asked();
    *at.mutable_valid() = std::move(*interval.mutable_valid());
    pb::GateStatus& gate = *at.mutable_gate();
    if (!interval.gates().empty()) {
      gate = std::move(*interval.mutable_gates(0));
      continue;
    }
    gate.set_jurisdiction(key.jurisdiction());
    gate.set_gate(key.gate());
    gate.set_state(pb::GATE_STATE_UNKNOWN);
    gate.mutable_grounds()->set_rule(std::string(rules::kNobodySaid));
    SetReasons({interval.reasons().begin(), interval.reasons().end()}, gate.mutable_grounds());
  }
  return absl::OkStatus();
}

}  // namespace chipline::timeline
