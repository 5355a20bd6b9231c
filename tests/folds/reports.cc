#include "tests/folds/reports.h"

#include <optional>
#include <utility>

#include "fmt/format.h"
#include "services/values/edtf.h"
#include "services/values/figures.h"
#include "services/values/subject_token.h"
#include "storage/check.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

pb::Ref Named(std::string_view name) {
  pb::Ref ref;
  if (IsEntityId(name)) {
    ref.set_id(std::string(name));
  } else {
    ref.set_mention(std::string(name));
    ref.set_open_group(name.find(' ') != std::string_view::npos);
  }
  return ref;
}

pb::Date DateOf(std::string_view edtf) {
  pb::Date date;
  date.set_edtf(std::string(edtf));
  const auto bounds = ParseDate(edtf);
  CHECK(bounds.ok());
  if (bounds->earliest) date.set_earliest(bounds->earliest->Format());
  if (bounds->latest) date.set_latest(bounds->latest->Format());
  return date;
}

bool Take(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// "4.2bn", "700000".
std::optional<Decimal> Number(std::string_view text) {
  int64_t factor = 1;
  for (const auto& [suffix, times] :
       {std::pair<std::string_view, int64_t>{"tn", 1'000'000'000'000}, {"bn", 1'000'000'000}}) {
    if (text.size() < 2 || text.substr(text.size() - 2) != suffix) continue;
    text.remove_suffix(2);
    factor = times;
  }
  const auto number = Decimal::Parse(text);
  if (!number.ok()) return std::nullopt;
  return Times(*number, Decimal::FromUnits(factor));
}

// nullopt for what states no number.
std::optional<Range> Figure(std::string_view words) {
  Range range;
  const bool at_least = Take("more than ", &words) || Take("at least ", &words);
  const bool at_most = Take("at most ", &words);
  range.approximate = Take("about ", &words);
  if (const size_t to = words.find(" to "); to != std::string_view::npos) {
    range.low = Number(words.substr(0, to));
    range.high = Number(words.substr(to + 4));
    return range.low && range.high ? std::optional(range) : std::nullopt;
  }
  const std::optional<Decimal> number = Number(words);
  if (!number) return std::nullopt;
  if (!at_most) range.low = number;
  if (!at_least) range.high = number;
  return range;
}

std::string Plain(const std::optional<Range>& range, std::string_view unit) {
  if (!range) return fmt::format("unstated{}", unit);
  const std::string_view about = range->approximate ? "about " : "";
  if (range->exact_number()) return fmt::format("{}{}{}", about, range->low->ToString(), unit);
  if (!range->high) return fmt::format("at least {}{}{}", about, range->low->ToString(), unit);
  const std::string high = range->high->ToString();
  if (!range->low) return fmt::format("at most {}{}{}", about, high, unit);
  return fmt::format("{}{} to {}{}", about, range->low->ToString(), high, unit);
}

}  // namespace

Report& Report::From(std::string_view root) {
  pb::Hop& hop = *event_.mutable_source()->add_hops();
  *hop.mutable_publisher() = Named(root);
  hop.set_relation(pb::HOP_RELATION_PRIMARY);
  return *this;
}

Report& Report::Via(std::string_view outlet) {
  auto& hops = *event_.mutable_source()->mutable_hops();
  pb::Hop& hop = *hops.Add();
  *hop.mutable_publisher() = Named(outlet);
  hop.set_relation(pb::HOP_RELATION_QUOTES);
  std::rotate(hops.pointer_begin(), hops.pointer_end() - 1, hops.pointer_end());
  return *this;
}

Report& Report::RetoldBy(std::string_view outlet) {
  pb::Hop& hop = *event_.mutable_source()->add_hops();
  *hop.mutable_publisher() = Named(outlet);
  hop.set_relation(pb::HOP_RELATION_DERIVES);
  return *this;
}

Report& Report::On(std::string_view edtf) {
  auto& hops = *event_.mutable_source()->mutable_hops();
  CHECK(!hops.empty());
  *hops.rbegin()->mutable_published() = DateOf(edtf);
  return *this;
}

Report& Report::SeenOn(std::string_view edtf) {
  auto& hops = *event_.mutable_source()->mutable_hops();
  CHECK(!hops.empty());
  *hops.begin()->mutable_published() = DateOf(edtf);
  return *this;
}

Report& Report::Origin(pb::OriginKind kind) {
  event_.mutable_source()->mutable_origin()->set_kind(kind);
  return *this;
}

Report& Report::Origin(pb::OriginKind kind, std::string_view name) {
  event_.mutable_source()->mutable_origin()->mutable_name()->set_mention(std::string(name));
  return Origin(kind);
}

Report& Report::Id(std::string_view id) {
  event_.set_event_id(std::string(id));
  return *this;
}

Report& Report::Condition(std::string_view text) {
  if (event_.has_capex_announcement()) {
    event_.mutable_capex_announcement()->add_conditions(std::string(text));
  } else if (event_.has_chip_supply()) {
    event_.mutable_chip_supply()->add_conditions(std::string(text));
  } else {
    event_.mutable_chip_order()->add_conditions(std::string(text));
  }
  return *this;
}

Report& Report::Link(pb::LinkRelation relation, std::string_view id) {
  pb::Link& link = *event_.add_links();
  link.set_relation(relation);
  link.set_event_id(std::string(id));
  return *this;
}

Report& Report::With(std::string_view company) {
  *event_.mutable_capex_announcement()->add_companies() = Named(company);
  return *this;
}

Report& Report::Scope(pb::CapexScope scope) {
  event_.mutable_capex_announcement()->set_scope(scope);
  return *this;
}

Report& Report::Suppliers(std::string_view supplier) {
  *event_.mutable_capex_announcement()->add_suppliers() = Named(supplier);
  return *this;
}

Report& Report::Region(std::string_view place) {
  if (event_.has_price_report()) {
    *event_.mutable_price_report()->mutable_place() = Named(place);
  } else {
    *event_.mutable_capex_announcement()->mutable_region() = Named(place);
  }
  return *this;
}

Report& Report::Period(std::string_view edtf) {
  pb::Period& period = *event_.mutable_capex_announcement()->mutable_period();
  const auto range = ParsePeriod(edtf);
  CHECK(range.ok());
  period.set_kind(pb::PERIOD_KIND_CALENDAR);
  period.set_edtf(std::string(edtf));
  period.set_start(range->start.Format());
  period.set_end(range->end.Format());
  return *this;
}

Report& Report::FiscalYear(std::string_view label, std::string_view start, std::string_view end) {
  pb::Period& period = *event_.mutable_capex_announcement()->mutable_period();
  period.set_kind(pb::PERIOD_KIND_FISCAL);
  period.set_fiscal_label(std::string(label));
  period.set_start(std::string(start));
  period.set_end(std::string(end));
  return *this;
}

Report& Report::Basis(pb::CapexBasis basis) {
  event_.mutable_capex_announcement()->set_basis(basis);
  return *this;
}

Report& Report::Money(std::string_view currency, std::string_view figure) {
  pb::Amount& amount = event_.has_price_report()
                           ? *event_.mutable_price_report()->mutable_amount()
                           : *event_.mutable_capex_announcement()->mutable_amount();
  amount = AmountOf(Figure(figure).value_or(Range{}), currency);
  amount.set_verbatim(std::string(figure));
  return *this;
}

Report& Report::Converted(std::string_view currency, std::string_view number) {
  auto& amount = *event_.mutable_capex_announcement()->mutable_amount();
  pb::StatedConversion& conversion = *amount.add_stated_conversions();
  conversion.set_currency(std::string(currency));
  conversion.set_approximate(Take("about ", &number));
  *conversion.mutable_value() = Number(number)->ToProto();
  return *this;
}

Report& Report::Growth(std::string_view figure) {
  pb::Ratio& growth = *event_.mutable_capex_announcement()->mutable_growth_on_year();
  growth = RatioOf(Figure(figure).value_or(Range{}));
  if (growth.bound() == pb::BOUND_UNSTATED) growth.set_direction(pb::DIRECTION_UP);
  return *this;
}

Report& Report::ShareOf(std::string_view share, std::string_view event_id) {
  pb::Ratio& ratio = *event_.mutable_capex_announcement()->mutable_share_of();
  ratio = RatioOf(*Figure(share));
  ratio.set_of_event_id(std::string(event_id));
  return *this;
}

pb::Quantity& Report::MutableCount() {
  if (event_.has_chip_supply()) return *event_.mutable_chip_supply()->mutable_quantity();
  if (event_.has_usage_report()) return *event_.mutable_usage_report()->mutable_value();
  return *event_.mutable_chip_order()->mutable_quantity();
}

Report& Report::Count(std::string_view figure) {
  const pb::Unit unit = event_.has_usage_report() ? pb::UNIT_TOKEN : pb::UNIT_CHIP;
  MutableCount() = QuantityOf(Figure(figure).value_or(Range{}), unit);
  MutableCount().set_verbatim(std::string(figure));
  return *this;
}

Report& Report::Modules(std::string_view figure, int32_t chips_each) {
  MutableCount() = QuantityOf(*Figure(figure), pb::UNIT_MODULE);
  MutableCount().set_units_per(chips_each);
  return *this;
}

Report& Report::AsOf(std::string_view edtf) {
  if (event_.has_usage_report()) {
    *event_.mutable_usage_report()->mutable_as_of() = DateOf(edtf);
  } else if (event_.has_price_report()) {
    *event_.mutable_price_report()->mutable_as_of() = DateOf(edtf);
  } else {
    *event_.mutable_chip_supply()->mutable_as_of() = DateOf(edtf);
  }
  return *this;
}

Report& Report::Customer(std::string_view company) {
  *event_.mutable_chip_supply()->mutable_customer() = Named(company);
  return *this;
}

Report& Report::Stage(pb::OrderStage stage, pb::Modality modality) {
  event_.mutable_chip_order()->set_stage(stage);
  event_.mutable_chip_order()->set_modality(modality);
  return *this;
}

Report& Report::StageDate(std::string_view edtf) {
  *event_.mutable_chip_order()->mutable_stage_date() = DateOf(edtf);
  return *this;
}

Report& Report::And(std::string_view chip) {
  if (event_.has_chip_supply()) {
    *event_.mutable_chip_supply()->add_chips() = Named(chip);
  } else {
    *event_.mutable_chip_order()->add_chips() = Named(chip);
  }
  return *this;
}

Report Capex(std::string_view company) {
  pb::Event event;
  pb::CapexAnnouncement& capex = *event.mutable_capex_announcement();
  *capex.add_companies() = Named(company);
  capex.set_scope(pb::CAPEX_SCOPE_TOTAL);
  capex.set_basis(pb::CAPEX_BASIS_PLAN);
  capex.set_accounting(pb::ACCOUNTING_CAPEX);
  return Report(std::move(event));
}

Report Supply(std::string_view holder, std::string_view chip, pb::SupplyMetric metric) {
  pb::Event event;
  pb::ChipSupply& supply = *event.mutable_chip_supply();
  *supply.mutable_holder() = Named(holder);
  *supply.add_chips() = Named(chip);
  supply.set_metric(metric);
  supply.set_modality(pb::MODALITY_REPORTED);
  return Report(std::move(event));
}

Report Order(std::string_view order, std::string_view buyer, std::string_view chip) {
  pb::Event event;
  pb::ChipOrder& claim = *event.mutable_chip_order();
  claim.set_order_id(std::string(order));
  *claim.add_buyers() = Named(buyer);
  *claim.mutable_supplier() = Named("nvidia");
  *claim.add_chips() = Named(chip);
  claim.set_stage(pb::ORDER_STAGE_PLACED);
  claim.set_modality(pb::MODALITY_REPORTED);
  return Report(std::move(event));
}

Report Usage(std::string_view company) {
  pb::Event event;
  *event.mutable_usage_report()->mutable_company() = Named(company);
  event.mutable_usage_report()->set_metric(pb::USAGE_METRIC_TOKENS_PER_DAY);
  return Report(std::move(event));
}

Report Price(std::string_view chip) {
  pb::Event event;
  *event.mutable_price_report()->mutable_chip() = Named(chip);
  event.mutable_price_report()->set_metric(pb::PRICE_METRIC_PURCHASE);
  event.mutable_price_report()->set_per(pb::UNIT_CHIP);
  return Report(std::move(event));
}

Report Notice() {
  pb::Event event;
  event.mutable_claim_notice()->set_text("A notice.");
  return Report(std::move(event));
}

std::string Text(const pb::Decimal& decimal) { return Decimal::FromProto(decimal)->ToString(); }
std::string Text(const pb::Amount& amount) {
  return Plain(RangeOf(amount), " " + amount.currency());
}
std::string Text(const pb::Quantity& quantity) { return Plain(RangeOf(quantity), ""); }
std::string Text(const pb::Ratio& ratio) { return Plain(RangeOf(ratio), ""); }

}  // namespace chipline::timeline
