#include "tests/ingest/test_events.h"

#include <utility>

#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "services/ingest/seal.h"

namespace chipline::ingest {
namespace {

constexpr std::string_view kSource = R"pb(
  source {
    origin {
      kind: ORIGIN_KIND_UNNAMED
      name { mention: "an analyst" }
      count: 2
      verbatim: "two people familiar with the plans"
    }
    hops {
      publisher { mention: "Arabic outlet" }
      relation: HOP_RELATION_TRANSLATES
      url: "https://example.com/report"
      language: "ar"
      published { edtf: "2025-12~" }
      verbatim: "تخطط بايت دانس لإنفاق 160 مليار يوان"
    }
    hops {
      publisher { mention: "Financial Times" }
      relation: HOP_RELATION_PRIMARY
      published { edtf: "2025-12-23" }
    }
    confidence: CONFIDENCE_HIGH
  }
  links { relation: LINK_RELATION_SUPERSEDES event_id: "ft-2025-11-04" }
  labels { key: "report" value: "000" }
)pb";

v1::Event WithSource(std::string_view id, std::string_view payload) {
  v1::Event event = ParseEvent(std::string(kSource) + std::string(payload));
  event.set_event_id(std::string(id));
  return event;
}

}  // namespace

v1::Event ParseEvent(std::string_view text) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &event)) << text;
  return event;
}

v1::Event Capex() {
  return WithSource("capex-1", R"pb(
    capex_announcement {
      companies { mention: "بايت دانس" language: "ar" }
      scope: CAPEX_SCOPE_AI_INFRASTRUCTURE
      definition: "with finance leases"
      suppliers { mention: "Huawei" }
      region { mention: "China" id: "cn" }
      period { kind: PERIOD_KIND_CALENDAR edtf: "2026" }
      basis: CAPEX_BASIS_PLAN
      amount {
        currency: "CNY"
        value { units: 160000000000 }
        bound: BOUND_EXACT
        approximate: true
        verbatim: "160 مليار يوان"
        stated_conversions {
          currency: "USD"
          value { units: 22740000000 }
          approximate: true
          stated_by { mention: "Financial Times" }
        }
      }
      growth_on_year {
        bound: BOUND_UNSTATED
        direction: DIRECTION_UP
        verbatim: "more than this year"
      }
      share_of {
        value { nanos: 500000000 }
        bound: BOUND_EXACT
        approximate: true
        of_event_id: "ft-total-2026"
      }
      accounting: ACCOUNTING_CAPEX
      conditions: "sales being allowed to proceed"
      scope_text: "AI infrastructure"
    }
  )pb");
}

v1::Event Rule() {
  return WithSource("rule-1", R"pb(
    export_rule_change {
      nature: RULE_NATURE_CHANGE
      rule_id: "15 CFR 742.6"
      jurisdiction { mention: "US" }
      body { mention: "Bureau of Industry and Security" id: "bis" }
      gate: GATE_KIND_EXPORT
      instrument: RULE_INSTRUMENT_LICENSE
      chips { mention: "H200" }
      chips_except { mention: "Blackwell" }
      chips_text: "older generation"
      destinations { mention: "الصين" language: "ar" }
      destinations_except { mention: "Hong Kong" }
      end_users: END_USERS_NAMED
      buyers { mention: "ByteDance" }
      buyer_seat { mention: "China" }
      purpose: "commercial data centres"
      quantity_cap { unit: UNIT_MODULE high: 10000 bound: BOUND_AT_MOST units_per: 8 }
      effect: RULE_EFFECT_LICENSED
      effect_before: RULE_EFFECT_PROHIBITED
      status: RULE_STATUS_IN_FORCE
      announced { edtf: "2025-12-13" }
      effective { edtf: "2025-12-15" }
      binding { edtf: "2026-01" }
      expires { edtf: "2026-12-15" }
      applies_to: APPLIES_TO_NEW
      conditions: "approved customers only"
      scope_text: "to China"
      performance_threshold: "TPP below 21,000"
    }
  )pb");
}

v1::Event Order() {
  return WithSource("order-1", R"pb(
    chip_order {
      order_id: "h200-trial"
      buyers { mention: "ByteDance" }
      buyers { mention: "other Chinese companies" open_group: true }
      supplier { mention: "Nvidia" }
      chips { mention: "H200" }
      destination { mention: "China" }
      destination_inferred: true
      quantity {
        unit: UNIT_CHIP
        low: 20000
        high: 25000
        bound: BOUND_RANGE
        approximate: true
        verbatim: "20,000"
      }
      unit_price {
        currency: "USD"
        value { units: 20000 }
        bound: BOUND_EXACT
      }
      total {
        currency: "USD"
        low { units: 400000000 }
        high { units: 500000000 }
        bound: BOUND_RANGE
      }
      stage: ORDER_STAGE_PLANNED
      modality: MODALITY_REPORTED
      stage_date { edtf: "../2026-02-17" verbatim: "before the Lunar New Year" }
      for_period {
        kind: PERIOD_KIND_FISCAL
        fiscal_label: "FY2026"
        start: "2025-04-01"
        end: "2026-04-01"
      }
      gates {
        jurisdiction { mention: "US" }
        gate: GATE_KIND_EXPORT
        state: GATE_STATE_CONDITIONAL
        quantity { unit: UNIT_SERVER value: 100 bound: BOUND_EXACT units_per: 8 }
        text: "approved customers only"
      }
      conditions: "sales being allowed to proceed"
      scope_text: "trial order"
      share_of {
        value { units: 1 }
        bound: BOUND_EXACT
        of_text: "all that Meta bought"
      }
    }
  )pb");
}

v1::Event Supply() {
  return WithSource("supply-1", R"pb(
    chip_supply {
      holder { mention: "TSMC" }
      chips { mention: "H200" }
      metric: SUPPLY_METRIC_PRODUCTION
      quantity { unit: UNIT_CHIP bound: BOUND_UNSTATED verbatim: "hundreds of thousands" }
      as_of { edtf: "2025-12" }
      modality: MODALITY_EXPECTED
      customer { mention: "Nvidia" }
      conditions: "political approval"
      scope_text: "large increase needed"
      change {
        low { nanos: 200000000 }
        high { nanos: 300000000 }
        bound: BOUND_RANGE
      }
    }
  )pb");
}

v1::Event Usage() {
  return WithSource("usage-1", R"pb(
    usage_report {
      company { mention: "ByteDance" }
      product: "Doubao"
      metric: USAGE_METRIC_TOKENS_PER_DAY
      value { unit: UNIT_TOKEN low: 30000000000000 bound: BOUND_AT_LEAST }
      as_of { edtf: "2025-10" }
      conditions: "as the company counts them"
      scope_text: "tokens a day"
    }
  )pb");
}

v1::Event Price() {
  return WithSource("price-1", R"pb(
    price_report {
      chip { mention: "H200" }
      metric: PRICE_METRIC_PURCHASE
      amount {
        currency: "USD"
        value { units: 27000 }
        bound: BOUND_EXACT
        approximate: true
        verbatim: "about $27,000"
      }
      per: UNIT_CHIP
      place { mention: "China" }
      as_of { edtf: "2026-01" }
      conditions: "before duties"
      scope_text: "per chip"
    }
  )pb");
}

v1::Event Alias() {
  return WithSource("alias-1", R"pb(
    alias_change {
      entity: "bytedance"
      kind: ENTITY_KIND_COMPANY
      alias: "بايت دانس"
      language: "ar"
      change: ALIAS_OPERATION_ADD
      scope_text: "the name in Arabic reports"
      conditions: "none"
    }
  )pb");
}

v1::Event Notice() {
  return WithSource("notice-1", R"pb(
    claim_notice {
      text: "The company denies the report."
      conditions: "none"
      scope_text: "the whole report"
    }
  )pb");
}

std::vector<v1::Event> AllEvents() {
  return {Capex(), Rule(), Order(), Supply(), Usage(), Alias(), Notice(), Price()};
}

v1::AppendEventsRequest RequestOf(const std::vector<v1::Event>& events) {
  v1::AppendEventsRequest request;
  request.mutable_events()->Add(events.begin(), events.end());
  return request;
}

absl::StatusOr<storage::v1::Append> SealOne(const v1::Event& event) {
  return Seal(RequestOf({event}));
}

storage::v1::SealedEvent Sealed(const v1::Event& event) {
  const auto append = SealOne(event);
  EXPECT_TRUE(append.ok()) << append.status();
  return append.ok() ? append->events(0) : storage::v1::SealedEvent();
}

std::vector<Violation> ViolationsOf(const absl::Status& status) {
  std::vector<Violation> violations;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  google::rpc::BadRequest details;
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return violations;
  for (const auto& violation : details.field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

void ExpectRefused(const BadCase& bad) {
  SCOPED_TRACE(bad.name);
  v1::Event event = bad.event;
  const auto good = SealOne(event);
  EXPECT_TRUE(good.ok()) << good.status();
  bad.spoil(event);
  const auto refused = SealOne(event);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  const auto violations = ViolationsOf(refused.status());
  ASSERT_EQ(violations.size(), 1u) << testing::PrintToString(violations);
  EXPECT_EQ(violations[0].field, bad.field);
  EXPECT_NE(violations[0].description.find(bad.description), std::string::npos)
      << violations[0].description;
}

}  // namespace chipline::ingest
