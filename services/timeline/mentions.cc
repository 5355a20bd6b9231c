#include "services/timeline/mentions.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

class Collector {
 public:
  explicit Collector(std::vector<const pb::Ref*>* names) : names_(*names) {}

  void Add(const pb::Ref& ref) {
    if (ref.id().empty() && !ref.mention().empty()) names_.push_back(&ref);
  }
  void Add(const google::protobuf::RepeatedPtrField<pb::Ref>& refs) {
    for (const pb::Ref& ref : refs) Add(ref);
  }
  void Add(const pb::Amount& amount) {
    for (const pb::StatedConversion& conversion : amount.stated_conversions()) {
      Add(conversion.stated_by());
    }
  }
  void Add(const pb::Source& source) {
    Add(source.origin().name());
    for (const pb::Hop& hop : source.hops()) Add(hop.publisher());
  }
  void Add(const pb::CapexAnnouncement& capex) {
    Add(capex.companies());
    Add(capex.suppliers());
    Add(capex.region());
    Add(capex.amount());
  }
  void Add(const pb::ExportRuleChange& rule) {
    Add(rule.jurisdiction());
    Add(rule.body());
    Add(rule.chips());
    Add(rule.chips_except());
    Add(rule.destinations());
    Add(rule.destinations_except());
    Add(rule.buyers());
    Add(rule.buyer_seat());
  }
  void Add(const pb::ChipOrder& order) {
    Add(order.buyers());
    Add(order.supplier());
    Add(order.chips());
    Add(order.destination());
    Add(order.unit_price());
    Add(order.total());
    for (const pb::OrderGate& gate : order.gates()) Add(gate.jurisdiction());
  }
  void Add(const pb::ChipSupply& supply) {
    Add(supply.holder());
    Add(supply.chips());
    Add(supply.customer());
  }

 private:
  std::vector<const pb::Ref*>& names_;
};

}  // namespace

std::vector<const pb::Ref*> NamesIn(const pb::Event& event) {
  std::vector<const pb::Ref*> names;
  Collector collector(&names);
  collector.Add(event.source());
  switch (event.payload_case()) {
    case pb::Event::kCapexAnnouncement:
      collector.Add(event.capex_announcement());
      break;
    case pb::Event::kExportRuleChange:
      collector.Add(event.export_rule_change());
      break;
    case pb::Event::kChipOrder:
      collector.Add(event.chip_order());
      break;
    case pb::Event::kChipSupply:
      collector.Add(event.chip_supply());
      break;
    case pb::Event::kUsageReport:
      collector.Add(event.usage_report().company());
      break;
    case pb::Event::kAliasChange:
    case pb::Event::kClaimNotice:
    case pb::Event::PAYLOAD_NOT_SET:
      break;
  }
  return names;
}

}  // namespace chipline::timeline
