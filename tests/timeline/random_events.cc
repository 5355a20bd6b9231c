#include "tests/timeline/random_events.h"

#include <iterator>

#include "fmt/format.h"

namespace chipline::timeline {
namespace {

constexpr const char* kCompanies[] = {"ByteDance", "字节跳动", "بايت دانس", "Tencent",
                                      "腾讯",      "Alibaba",  "Nvidia"};
constexpr const char* kCompanyIds[] = {"bytedance", "tencent", "alibaba"};
constexpr const char* kChips[] = {"H200", "H20", "إتش 200", "MI308"};
constexpr const char* kPlaces[] = {"China", "الصين", "中国", "US"};
constexpr const char* kOutlets[] = {"Financial Times", "Reuters", "路透社", "رويترز"};
constexpr const char* kYears[] = {"2024", "2025", "2026"};
constexpr const char* kDays[] = {"2025-12-09", "2025-12-13", "2025-12-15", "2026-01", "2026"};

struct Name {
  const char* entity;
  v1::EntityKind kind;
  const char* alias;
};
constexpr Name kNames[] = {
    {"bytedance", v1::ENTITY_KIND_COMPANY, "字节跳动"},
    {"bytedance", v1::ENTITY_KIND_COMPANY, "بايت دانس"},
    {"bytedance", v1::ENTITY_KIND_COMPANY, "Alibaba"},
    {"tencent", v1::ENTITY_KIND_COMPANY, "腾讯"},
    {"reuters", v1::ENTITY_KIND_COMPANY, "路透社"},
    {"reuters", v1::ENTITY_KIND_COMPANY, "رويترز"},
    {"h200", v1::ENTITY_KIND_CHIP, "إتش 200"},
    {"cn", v1::ENTITY_KIND_PLACE, "China"},
    {"cn", v1::ENTITY_KIND_PLACE, "الصين"},
    {"cn", v1::ENTITY_KIND_PLACE, "中国"},
};

}  // namespace

std::string RandomEvents::Id(int number) const { return fmt::format("{}-e{}", world_, number); }

std::string RandomEvents::CompanyName(size_t index) const {
  return Own(kCompanies[index % std::size(kCompanies)]);
}

v1::Event RandomEvents::Make(int number, uint32_t seed) {
  random_.seed(seed);
  v1::Event event;
  event.set_event_id(Id(number));
  if (!made_.insert(event.event_id()).second) {
    event.set_event_id(fmt::format("{}-again{}", event.event_id(), made_.size()));
    made_.insert(event.event_id());
  }
  if (!OneIn(6)) SetSource(event.mutable_source());
  const int kind = Below(16);
  const bool notice = kind == 15;
  for (int links = notice ? 1 + Below(2) : (OneIn(3) ? 1 : 0); links > 0; --links) {
    v1::Link link;
    link.set_relation(static_cast<v1::LinkRelation>(1 + Below(5)));
    link.set_event_id(SomeId());
    if (link.event_id() == event.event_id()) link.set_event_id(OwnId("never"));
    const bool repeats = event.links_size() > 0 && event.links(0).event_id() == link.event_id();
    if (!repeats) *event.add_links() = link;
  }
  if (kind < 4) {
    SetCapex(event.mutable_capex_announcement());
    if (event.capex_announcement().share_of().of_event_id() == event.event_id()) {
      event.mutable_capex_announcement()->clear_share_of();
    }
  } else if (kind < 7) {
    SetRule(event.mutable_export_rule_change());
  } else if (kind < 10) {
    SetOrder(event.mutable_chip_order());
  } else if (kind < 11) {
    SetSupply(event.mutable_chip_supply());
  } else if (kind < 12) {
    if (OneIn(2)) {
      SetUsage(event.mutable_usage_report());
    } else {
      SetPrice(event.mutable_price_report());
    }
  } else if (kind < 15) {
    SetAlias(event.mutable_alias_change());
  } else {
    event.mutable_claim_notice()->set_text("said so");
  }
  return event;
}

void RandomEvents::SetCompany(v1::Ref* ref) {
  if (OneIn(4)) {
    ref->set_id(OwnId(Any(kCompanyIds)));
  } else {
    ref->set_mention(Own(Any(kCompanies)));
  }
}

void RandomEvents::SetChip(v1::Ref* ref) { ref->set_mention(Own(Any(kChips))); }
void RandomEvents::SetPlace(v1::Ref* ref) { ref->set_mention(Own(Any(kPlaces))); }

void RandomEvents::SetSource(v1::Source* source) {
  source->mutable_origin()->set_kind(static_cast<v1::OriginKind>(1 + Below(6)));
  if (source->origin().kind() == v1::ORIGIN_KIND_NAMED) {
    source->mutable_origin()->mutable_name()->set_mention(Own("Goldman Sachs"));
  }
  v1::Hop hop;
  hop.mutable_publisher()->set_mention(Own(Any(kOutlets)));
  hop.set_relation(OneIn(4) ? v1::HOP_RELATION_QUOTES : v1::HOP_RELATION_PRIMARY);
  if (OneIn(2)) hop.mutable_published()->set_edtf(Any(kDays));
  *source->add_hops() = hop;
}

void RandomEvents::SetCapex(v1::CapexAnnouncement* capex) {
  for (int count = OneIn(5) ? 2 : 1; count > 0; --count) SetCompany(capex->add_companies());
  capex->set_scope(OneIn(2) ? v1::CAPEX_SCOPE_AI : v1::CAPEX_SCOPE_TOTAL);
  if (!OneIn(6)) {
    capex->mutable_period()->set_kind(v1::PERIOD_KIND_CALENDAR);
    capex->mutable_period()->set_edtf(Any(kYears));
  }
  capex->set_basis(OneIn(2) ? v1::CAPEX_BASIS_PLAN : v1::CAPEX_BASIS_ESTIMATE);
  capex->set_accounting(v1::ACCOUNTING_CAPEX);
  if (OneIn(4)) {
    v1::Ratio& share = *capex->mutable_share_of();
    share.set_bound(v1::BOUND_EXACT);
    share.mutable_value()->set_nanos(500'000'000);
    share.set_of_event_id(SomeId());
    return;
  }
  v1::Amount& amount = *capex->mutable_amount();
  amount.set_currency(OneIn(4) ? "USD" : "CNY");
  amount.set_bound(v1::BOUND_EXACT);
  amount.mutable_value()->set_units((1 + Below(20)) * 10'000'000'000LL);
  amount.set_approximate(OneIn(2));
  if (OneIn(3)) {
    v1::Ratio& growth = *capex->mutable_growth_on_year();
    growth.set_bound(v1::BOUND_EXACT);
    growth.mutable_value()->set_nanos(250'000'000);
  }
}

void RandomEvents::SetRule(v1::ExportRuleChange* rule) {
  rule->set_nature(OneIn(3) ? v1::RULE_NATURE_STATUS : v1::RULE_NATURE_CHANGE);
  SetPlace(rule->mutable_jurisdiction());
  rule->set_gate(OneIn(3) ? v1::GATE_KIND_IMPORT : v1::GATE_KIND_EXPORT);
  bool vague = OneIn(6);
  if (vague) {
    rule->set_chips_text("all items");
    if (OneIn(2)) SetChip(rule->add_chips_except());
  } else {
    for (int count = 1 + Below(2); count > 0; --count) SetChip(rule->add_chips());
    const bool family = OneIn(6);
    rule->mutable_chips(0)->set_open_group(family);
    vague = family;
  }
  if (OneIn(6)) {
    rule->set_scope_text("anywhere");
    vague = true;
  } else {
    SetPlace(rule->add_destinations());
    const bool group = OneIn(6);
    rule->mutable_destinations(0)->set_open_group(group);
    vague = vague || group;
  }
  if (OneIn(6)) SetPlace(rule->mutable_buyer_seat());
  if (OneIn(6)) rule->set_purpose("research");
  rule->set_effect(static_cast<v1::RuleEffect>(1 + Below(10)));
  rule->set_status(OneIn(4) ? v1::RULE_STATUS_PROPOSED : v1::RULE_STATUS_IN_FORCE);
  rule->mutable_effective()->set_edtf(Any(kDays));
  // A vague rule that is for anybody would be of the orders of other worlds as well.
  if (vague || OneIn(4)) {
    rule->set_end_users(v1::END_USERS_NAMED);
    SetCompany(rule->add_buyers());
  }
}

void RandomEvents::SetOrder(v1::ChipOrder* order) {
  if (!OneIn(4)) order->set_order_id(OneIn(2) ? OwnId("trial") : OwnId("batch"));
  SetCompany(order->add_buyers());
  order->mutable_supplier()->set_mention(Own("Nvidia"));
  SetChip(order->add_chips());
  if (!OneIn(3)) SetPlace(order->mutable_destination());
  order->mutable_quantity()->set_unit(v1::UNIT_CHIP);
  order->mutable_quantity()->set_bound(v1::BOUND_EXACT);
  order->mutable_quantity()->set_value(1000 * (1 + Below(30)));
  order->set_stage(static_cast<v1::OrderStage>(1 + Below(11)));
  order->set_modality(v1::MODALITY_REPORTED);
  if (OneIn(2)) order->mutable_stage_date()->set_edtf(Any(kDays));
}

void RandomEvents::SetSupply(v1::ChipSupply* supply) {
  supply->mutable_holder()->set_mention(Own("Nvidia"));
  SetChip(supply->add_chips());
  supply->set_metric(v1::SUPPLY_METRIC_INVENTORY);
  supply->mutable_quantity()->set_unit(v1::UNIT_CHIP);
  supply->mutable_quantity()->set_bound(v1::BOUND_AT_LEAST);
  supply->mutable_quantity()->set_low(1000 * (1 + Below(9)));
  supply->mutable_as_of()->set_edtf(Any(kDays));
  supply->set_modality(v1::MODALITY_REPORTED);
}

void RandomEvents::SetUsage(v1::UsageReport* usage) {
  SetCompany(usage->mutable_company());
  usage->set_metric(v1::USAGE_METRIC_TOKENS_PER_DAY);
  usage->mutable_value()->set_unit(v1::UNIT_TOKEN);
  usage->mutable_value()->set_bound(v1::BOUND_EXACT);
  usage->mutable_value()->set_value(1'000'000LL * (1 + Below(50)));
  usage->mutable_as_of()->set_edtf(Any(kDays));
}

void RandomEvents::SetPrice(v1::PriceReport* price) {
  SetChip(price->mutable_chip());
  price->set_metric(static_cast<v1::PriceMetric>(1 + Below(3)));
  price->set_per(v1::UNIT_CHIP);
  price->mutable_amount()->set_currency(OneIn(4) ? "CNY" : "USD");
  price->mutable_amount()->set_bound(v1::BOUND_EXACT);
  price->mutable_amount()->mutable_value()->set_units(20'000 + 1'000 * Below(10));
  if (OneIn(2)) SetPlace(price->mutable_place());
  price->mutable_as_of()->set_edtf(Any(kDays));
}

void RandomEvents::SetAlias(v1::AliasChange* alias) {
  const Name& name = kNames[Below(static_cast<int>(std::size(kNames)))];
  alias->set_entity(OwnId(name.entity));
  alias->set_kind(name.kind);
  alias->set_alias(Own(name.alias));
  alias->set_change(OneIn(3) ? v1::ALIAS_OPERATION_REMOVE : v1::ALIAS_OPERATION_ADD);
}

}  // namespace chipline::timeline
