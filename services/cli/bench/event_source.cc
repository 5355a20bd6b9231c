#include "services/cli/bench/event_source.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <string_view>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "storage/check.h"

namespace chipline::cli::bench {
namespace {

constexpr int kCompanies = 50;
constexpr int kChips = 12;
constexpr int kTemplates = 512;
constexpr size_t kDigits = 16;
constexpr std::string_view kNoDigits = "0000000000000000";
// Fixed, so that every run sends the same mix.
constexpr uint32_t kSeed = 20260115;
// Length-delimited fields 1 and 2.
constexpr uint32_t kEventsTag = (1U << 3) | 2U;
constexpr uint32_t kAppendTag = (2U << 3) | 2U;
constexpr uint32_t kRequestIdTag = 1U << 3;

std::string Company(int number) { return fmt::format("Bench Company {}", number); }
std::string Chip(int number) { return fmt::format("BX{}", 100 + number); }

v1::Event AliasOf(const std::string& run, v1::EntityKind kind, const std::string& entity,
                  const std::string& alias) {
  v1::Event event;
  event.set_event_id(fmt::format("bench-{}-alias-{}", run, entity));
  v1::AliasChange& change = *event.mutable_alias_change();
  change.set_entity(entity);
  change.set_kind(kind);
  change.set_alias(alias);
  change.set_change(v1::ALIAS_OPERATION_ADD);
  return event;
}

void FillSource(v1::Source& source) {
  source.mutable_origin()->set_kind(v1::ORIGIN_KIND_UNNAMED);
  source.mutable_origin()->set_verbatim("two people familiar with the matter");
  v1::Hop& near = *source.add_hops();
  near.mutable_publisher()->set_mention("Bench Outlet");
  near.set_relation(v1::HOP_RELATION_QUOTES);
  near.set_url("https://outlet.example/technology/2025/12/spending-on-computing");
  near.set_language("en");
  near.mutable_published()->set_edtf("2025-12-16");
  v1::Hop& first = *source.add_hops();
  first.mutable_publisher()->set_mention("Bench Times");
  first.set_relation(v1::HOP_RELATION_PRIMARY);
  first.set_language("en");
  first.mutable_published()->set_edtf("2025-12-15");
  first.set_verbatim("The company plans to spend more on chips next year, the people said.");
  source.set_confidence(v1::CONFIDENCE_MEDIUM);
}

void FillCapex(std::mt19937& random, v1::CapexAnnouncement& capex) {
  capex.add_companies()->set_mention(Company(static_cast<int>(random() % kCompanies)));
  capex.set_scope(v1::CAPEX_SCOPE_AI_CHIPS);
  capex.mutable_period()->set_kind(v1::PERIOD_KIND_CALENDAR);
  capex.mutable_period()->set_edtf(fmt::format("{}", 2026 + random() % 4));
  capex.set_basis(v1::CAPEX_BASIS_PLAN);
  capex.set_accounting(v1::ACCOUNTING_CAPEX);
  v1::Amount& amount = *capex.mutable_amount();
  amount.set_currency("CNY");
  amount.set_bound(v1::BOUND_EXACT);
  amount.set_approximate(true);
  amount.mutable_value()->set_units(static_cast<int64_t>(random() % 900 + 100) * 100'000'000);
  amount.set_verbatim("around that many billion yuan");
  v1::StatedConversion& conversion = *amount.add_stated_conversions();
  conversion.set_currency("USD");
  conversion.mutable_value()->set_units(amount.value().units() / 7);
  capex.set_scope_text("AI processors for its data centres at home");
}

void FillOrder(std::mt19937& random, v1::ChipOrder& order) {
  order.set_order_id(fmt::format("order-{}", random() % 400));
  order.add_buyers()->set_mention(Company(static_cast<int>(random() % kCompanies)));
  order.mutable_supplier()->set_mention(Company(0));
  order.add_chips()->set_mention(Chip(static_cast<int>(random() % kChips)));
  order.mutable_destination()->set_id("cn");
  order.mutable_quantity()->set_unit(v1::UNIT_CHIP);
  order.mutable_quantity()->set_bound(v1::BOUND_EXACT);
  order.mutable_quantity()->set_value(static_cast<int64_t>(random() % 100'000 + 1));
  order.set_stage(v1::ORDER_STAGE_PLACED);
  order.set_modality(v1::MODALITY_REPORTED);
  order.mutable_stage_date()->set_edtf("2025-12");
  order.add_conditions("sales being allowed to proceed");
}

void FillRule(std::mt19937& random, v1::ExportRuleChange& rule) {
  rule.set_nature(v1::RULE_NATURE_CHANGE);
  rule.mutable_jurisdiction()->set_id("us");
  rule.set_gate(v1::GATE_KIND_EXPORT);
  rule.set_instrument(v1::RULE_INSTRUMENT_LICENSE);
  rule.add_chips()->set_mention(Chip(static_cast<int>(random() % kChips)));
  rule.add_destinations()->set_id("cn");
  rule.set_end_users(v1::END_USERS_APPROVED);
  rule.set_effect(v1::RULE_EFFECT_LICENSED);
  rule.set_status(v1::RULE_STATUS_IN_FORCE);
  rule.mutable_effective()->set_edtf(fmt::format("2025-12-{:02}", random() % 28 + 1));
  rule.set_applies_to(v1::APPLIES_TO_NEW);
  rule.set_scope_text("shipments to customers that the ministry has approved, case by case");
}

v1::Event RandomEvent(std::mt19937& random, const std::string& run) {
  v1::Event event;
  event.set_event_id(fmt::format("bench-{}-{}", run, kNoDigits));
  FillSource(*event.mutable_source());
  const uint32_t kind = static_cast<uint32_t>(random() % 10);
  if (kind < 5) {
    FillCapex(random, *event.mutable_capex_announcement());
  } else if (kind < 8) {
    FillOrder(random, *event.mutable_chip_order());
  } else {
    FillRule(random, *event.mutable_export_rule_change());
  }
  return event;
}

void PutVarint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

}  // namespace

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

EventSource::EventSource(const std::string& run) {
  std::mt19937 random(kSeed);
  size_t total = 0;
  const auto make = [](const v1::Event& event) {
    Template made;
    CHECK(event.SerializeToString(&made.bytes));
    made.digits = made.bytes.find(kNoDigits);
    CHECK(made.digits != std::string::npos);
    return made;
  };
  for (int i = 0; i < kTemplates; ++i) {
    templates_.push_back(make(RandomEvent(random, run)));
    total += templates_.back().bytes.size();
  }
  v1::Event rare = RandomEvent(random, run);
  rare.clear_chip_order();
  FillOrder(random, *rare.mutable_chip_order());
  rare.mutable_chip_order()->set_order_id("rare");
  rare.mutable_chip_order()->mutable_buyers(0)->set_mention(Company(1));
  rare_ = make(rare);
  mean_bytes_ = total / kTemplates;
}

std::vector<v1::Event> EventSource::Aliases(const std::string& run) {
  std::vector<v1::Event> events;
  for (int i = 0; i < kCompanies; ++i) {
    events.push_back(
        AliasOf(run, v1::ENTITY_KIND_COMPANY, fmt::format("bench-company-{}", i), Company(i)));
  }
  for (int i = 0; i < kChips; ++i) {
    events.push_back(AliasOf(run, v1::ENTITY_KIND_CHIP, fmt::format("bx{}", 100 + i), Chip(i)));
  }
  return events;
}

v1::Event EventSource::Probe(const std::string& run, const std::string& company, int number) {
  std::mt19937 random(kSeed);
  v1::Event event;
  event.set_event_id(fmt::format("bench-{}-probe-{}", run, number));
  FillSource(*event.mutable_source());
  event.mutable_source()->mutable_hops(0)->mutable_publisher()->set_mention(
      fmt::format("Bench Outlet {}", number));
  FillCapex(random, *event.mutable_capex_announcement());
  event.mutable_capex_announcement()->mutable_companies(0)->set_mention(company);
  event.mutable_capex_announcement()->mutable_amount()->mutable_value()->set_units((number + 1) *
                                                                                   1'000'000'000LL);
  return event;
}

void EventSource::AppendTo(size_t events, std::string& out) {
  for (size_t i = 0; i < events; ++i) {
    const uint64_t number = next_.fetch_add(1, std::memory_order_relaxed);
    const Template& from = TemplateOf(number);
    PutVarint(kEventsTag, out);
    PutVarint(from.bytes.size(), out);
    const size_t start = out.size();
    out += from.bytes;
    std::array<char, kDigits + 1> digits{};
    fmt::format_to_n(digits.data(), kDigits, "{:016x}", number);
    out.replace(start + from.digits, kDigits, digits.data(), kDigits);
  }
}

grpc::ByteBuffer EventSource::AppendRequest(size_t events) {
  std::string bytes;
  AppendTo(events, bytes);
  return ToBuffer(bytes);
}

grpc::ByteBuffer EventSource::PipelineRequest(size_t events) {
  std::string append;
  AppendTo(events, append);
  std::string bytes;
  bytes.reserve(append.size() + 16);
  PutVarint(kRequestIdTag, bytes);
  PutVarint(1, bytes);
  PutVarint(kAppendTag, bytes);
  PutVarint(append.size(), bytes);
  bytes += append;
  return ToBuffer(bytes);
}

std::string EventSource::NextEvent() {
  std::string bytes;
  AppendTo(1, bytes);
  return bytes;
}

}  // namespace chipline::cli::bench
