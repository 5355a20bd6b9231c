#include "services/timeline/folds/statement.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "services/timeline/folds/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// What is set aside for a statement at first; most are shorter. One is made for every claim that is
// read, so its parts, each behind a space, are appended in place.
constexpr size_t kUsualBytes = 128;

void Add(std::string_view text, std::string* said) {
  *said += ' ';
  *said += text;
}

void AddNumber(int64_t number, std::string* said) {
  std::array<char, 24> digits = {' '};
  const auto end = std::to_chars(digits.data() + 1, digits.data() + digits.size(), number);
  said->append(digits.data(), end.ptr);
}

void Add(const std::vector<std::string>& texts, std::string* said) {
  AddNumber(static_cast<int64_t>(texts.size()), said);
  for (const std::string& text : texts) Add(text, said);
}

void Add(const std::optional<Decimal>& end, std::string* said) {
  if (!end) return Add("..", said);
  AddNumber(static_cast<int64_t>(end->nanos() / Decimal::kNanosPerUnit), said);
  AddNumber(static_cast<int64_t>(end->nanos() % Decimal::kNanosPerUnit), said);
}

// The numbers alone, or what there is in their place.
template <typename Figure>
void AddNumbers(const Figure& figure, std::string* said) {
  const std::optional<Range> range = RangeOf(figure);
  if (!range) {
    Add("?", said);
    return Add(figure.verbatim(), said);
  }
  Add(range->low, said);
  Add(range->high, said);
}

void Add(const pb::Amount& amount, std::string* said) {
  Add(amount.currency(), said);
  AddNumbers(amount, said);
}

void Add(const pb::Quantity& quantity, std::string* said) {
  AddNumber(quantity.unit(), said);
  AddNumber(quantity.units_per(), said);
  AddNumbers(quantity, said);
}

void Add(const pb::Date& date, std::string* said) {
  if (date.earliest().empty() && date.latest().empty()) return Add(date.edtf(), said);
  Add(date.earliest(), said);
  Add(date.latest(), said);
}

void Add(const pb::Period& period, std::string* said) {
  AddNumber(period.kind(), said);
  Add(period.edtf(), said);
  Add(period.fiscal_label(), said);
}

// The first of amount, share and growth that is there: a retelling may leave out the rest.
void Add(const pb::CapexAnnouncement& capex, std::string* said) {
  if (capex.has_amount()) {
    Add(capex.amount(), said);
  } else if (capex.has_share_of()) {
    Add("share", said);
    AddNumbers(capex.share_of(), said);
    Add(capex.share_of().of_event_id(), said);
    Add(capex.share_of().of_text(), said);
  } else if (capex.has_growth_on_year()) {
    Add("growth", said);
    AddNumbers(capex.growth_on_year(), said);
    AddNumber(capex.growth_on_year().direction(), said);
  } else {
    Add("spending", said);
  }
}

void Add(const pb::ExportRuleChange& rule, const NamesAt& names, std::string* said) {
  AddNumber(rule.effect(), said);
  AddNumber(rule.status(), said);
  Add(rule.rule_id(), said);
  AddNumber(rule.end_users(), said);
  Add(names.Companies(rule.buyers()), said);
  Add(rule.has_buyer_seat() ? names.Place(rule.buyer_seat()) : "", said);
  Add(rule.purpose(), said);
  Add(rule.quantity_cap(), said);
  Add(rule.effective(), said);
  Add(rule.binding(), said);
  Add(rule.expires(), said);
  AddNumber(rule.applies_to(), said);
  Add(names.Place(rule.jurisdiction()), said);
}

void Add(const pb::ChipOrder& order, const NamesAt& names, std::string* said) {
  Add(names.Companies(order.buyers()), said);
  Add(names.Company(order.supplier()), said);
  Add(names.Chips(order.chips()), said);
  AddNumber(order.stage(), said);
  AddNumber(order.modality(), said);
  Add(order.quantity(), said);
  Add(order.unit_price(), said);
  Add(order.total(), said);
  Add(order.stage_date(), said);
  Add(order.for_period(), said);
  for (const pb::OrderGate& gate : order.gates()) {
    Add(names.Place(gate.jurisdiction()), said);
    AddNumber(gate.gate(), said);
    AddNumber(gate.state(), said);
  }
}

void Add(const pb::ChipSupply& supply, const NamesAt& names, std::string* said) {
  Add(names.Company(supply.holder()), said);
  Add(names.Chips(supply.chips()), said);
  AddNumber(supply.metric(), said);
  AddNumber(supply.modality(), said);
  Add(supply.quantity(), said);
  Add(supply.as_of(), said);
  Add(supply.has_customer() ? names.Company(supply.customer()) : "", said);
}

// A notice says nothing but its links.
void AddLinks(const pb::Event& event, std::string* said) {
  std::vector<std::pair<int, std::string_view>> links;
  for (const pb::Link& link : event.links()) links.emplace_back(link.relation(), link.event_id());
  std::sort(links.begin(), links.end());
  for (const auto& [relation, event_id] : links) {
    AddNumber(relation, said);
    Add(event_id, said);
  }
}

}  // namespace

std::string StatementOf(const pb::Event& event, const NamesAt& names) {
  std::string said;
  said.reserve(kUsualBytes);
  AddNumber(event.payload_case(), &said);
  switch (event.payload_case()) {
    case pb::Event::kCapexAnnouncement:
      Add(event.capex_announcement(), &said);
      break;
    case pb::Event::kExportRuleChange:
      Add(event.export_rule_change(), names, &said);
      break;
    case pb::Event::kChipOrder:
      Add(event.chip_order(), names, &said);
      break;
    case pb::Event::kChipSupply:
      Add(event.chip_supply(), names, &said);
      break;
    case pb::Event::kUsageReport:
      Add(event.usage_report().as_of(), &said);
      Add(event.usage_report().value(), &said);
      break;
    case pb::Event::kClaimNotice:
      AddLinks(event, &said);
      break;
    default:
      return "";
  }
  return said;
}

}  // namespace chipline::timeline
