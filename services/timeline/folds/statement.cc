#include "services/timeline/folds/statement.h"

#include <algorithm>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

std::string End(const std::optional<Decimal>& end) { return end ? end->ToString() : ""; }

// The numbers alone, or what there is in their place.
template <typename Figure>
std::string Numbers(const Figure& figure) {
  const std::optional<Range> range = RangeOf(figure);
  if (!range) return fmt::format("?{}", figure.verbatim());
  return fmt::format("{}..{}", End(range->low), End(range->high));
}

std::string Of(const pb::Amount& amount) {
  return fmt::format("{}{}", amount.currency(), Numbers(amount));
}

std::string Of(const pb::Quantity& quantity) {
  return fmt::format("{}x{}:{}", static_cast<int>(quantity.unit()), quantity.units_per(),
                     Numbers(quantity));
}

std::string Of(const pb::Date& date) {
  if (date.earliest().empty() && date.latest().empty()) return date.edtf();
  return fmt::format("{}..{}", date.earliest(), date.latest());
}

std::string Of(const pb::Period& period) {
  return fmt::format("{}:{}{}", static_cast<int>(period.kind()), period.edtf(),
                     period.fiscal_label());
}

// The first of amount, share and growth that is there: a retelling may leave out the rest.
std::string Of(const pb::CapexAnnouncement& capex) {
  if (capex.has_amount()) return Of(capex.amount());
  if (capex.has_share_of()) {
    return fmt::format("share {} of {}{}", Numbers(capex.share_of()),
                       capex.share_of().of_event_id(), capex.share_of().of_text());
  }
  if (capex.has_growth_on_year()) {
    return fmt::format("growth {} {}", Numbers(capex.growth_on_year()),
                       static_cast<int>(capex.growth_on_year().direction()));
  }
  return "spending";
}

std::string Of(const pb::ExportRuleChange& rule, const NamesAt& names) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(rule.effect()),
                     static_cast<int>(rule.status()), rule.rule_id(),
                     static_cast<int>(rule.end_users()),
                     fmt::join(names.Companies(rule.buyers()), "+"),
                     rule.has_buyer_seat() ? names.Place(rule.buyer_seat()) : "", rule.purpose(),
                     rule.has_quantity_cap() ? Of(rule.quantity_cap()) : "", Of(rule.effective()),
                     Of(rule.binding()), Of(rule.expires()), static_cast<int>(rule.applies_to()),
                     names.Place(rule.jurisdiction()));
}

std::string Of(const pb::ChipOrder& order, const NamesAt& names) {
  std::string gates;
  for (const pb::OrderGate& gate : order.gates()) {
    gates += fmt::format(" {}:{}:{}", names.Place(gate.jurisdiction()),
                         static_cast<int>(gate.gate()), static_cast<int>(gate.state()));
  }
  return fmt::format("{} {} {} {} {} {} {} {} {} {}{}",
                     fmt::join(names.Companies(order.buyers()), "+"),
                     names.Company(order.supplier()), fmt::join(names.Chips(order.chips()), "+"),
                     static_cast<int>(order.stage()), static_cast<int>(order.modality()),
                     order.has_quantity() ? Of(order.quantity()) : "",
                     order.has_unit_price() ? Of(order.unit_price()) : "",
                     order.has_total() ? Of(order.total()) : "", Of(order.stage_date()),
                     Of(order.for_period()), gates);
}

std::string Of(const pb::ChipSupply& supply, const NamesAt& names) {
  return fmt::format("{} {} {} {} {} {} {}", names.Company(supply.holder()),
                     fmt::join(names.Chips(supply.chips()), "+"), static_cast<int>(supply.metric()),
                     static_cast<int>(supply.modality()),
                     supply.has_quantity() ? Of(supply.quantity()) : "", Of(supply.as_of()),
                     supply.has_customer() ? names.Company(supply.customer()) : "");
}

// A notice says nothing but its links.
std::string OfLinks(const pb::Event& event) {
  std::vector<std::string> links;
  for (const pb::Link& link : event.links()) {
    links.push_back(fmt::format("{}:{}", static_cast<int>(link.relation()), link.event_id()));
  }
  std::sort(links.begin(), links.end());
  return fmt::format("{}", fmt::join(links, " "));
}

}  // namespace

std::string StatementOf(const pb::Event& event, const NamesAt& names) {
  switch (event.payload_case()) {
    case pb::Event::kCapexAnnouncement:
      return "capex " + Of(event.capex_announcement());
    case pb::Event::kExportRuleChange:
      return "rule " + Of(event.export_rule_change(), names);
    case pb::Event::kChipOrder:
      return "order " + Of(event.chip_order(), names);
    case pb::Event::kChipSupply:
      return "supply " + Of(event.chip_supply(), names);
    case pb::Event::kUsageReport:
      return fmt::format("usage {} {}", Of(event.usage_report().as_of()),
                         Of(event.usage_report().value()));
    case pb::Event::kClaimNotice:
      return "notice " + OfLinks(event);
    default:
      return "";
  }
}

}  // namespace chipline::timeline
