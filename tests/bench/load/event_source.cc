#include "tests/bench/load/event_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string_view>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "storage/check.h"

namespace chipline::bench {
namespace {

// The fixed set, whose companies and chips have aliases.
constexpr uint64_t kCompanies = 50;
constexpr uint64_t kChips = 12;
constexpr uint64_t kOrders = 24;
// The sets that grow: so many at first, and one for so many events. A company's capex is in four
// entries, an order in one, a chip's in two, so that each entry gets about 100 claims.
constexpr uint64_t kFirstCompanies = 50;
constexpr uint64_t kFirstChips = 60;
constexpr uint64_t kFirstOrders = 120;
constexpr uint64_t kEventsACompany = 900;
constexpr uint64_t kEventsAChip = 740;
constexpr uint64_t kEventsAnOrder = 370;

constexpr int kTemplates = 512;
// Digits of an id, hexadecimal, and of a name, decimal, and what stands for them in a template.
constexpr size_t kIdDigits = 16;
constexpr size_t kNameDigits = 8;
constexpr std::string_view kId = "0000000000000000";
constexpr std::string_view kCompanyDigits = "CCCCCCCC";
constexpr std::string_view kOrderDigits = "OOOOOOOO";
constexpr std::string_view kChipDigits = "KKKKKKKK";
// Fixed, so that every run sends the same mix.
constexpr uint32_t kSeed = 20260115;
// Length-delimited fields 1 and 2.
constexpr uint32_t kEventsTag = (1U << 3) | 2U;
constexpr uint32_t kAppendTag = (2U << 3) | 2U;
constexpr uint32_t kRequestIdTag = 1U << 3;

std::string Digits(uint64_t number) { return fmt::format("{:0{}}", number, kNameDigits); }
std::string Company(std::string_view digits) { return fmt::format("Bench Company {}", digits); }
std::string Chip(std::string_view digits) { return fmt::format("BX{}", digits); }

// Spreads consecutive numbers over all 64 bits (SplitMix64).
uint64_t Mixed(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

// What one event is about. An order has one buyer and one chip for ever.
struct Subjects {
  uint64_t company;
  uint64_t order;
  uint64_t chip;
};

Subjects SubjectsOf(uint64_t number, bool is_order) {
  const bool hot = number % EventSource::kHotEvery == 0;
  const auto size = [&](uint64_t fixed, uint64_t first, uint64_t events_each) {
    return hot ? fixed : std::max(first, number / events_each);
  };
  const uint64_t spread = Mixed(number);
  if (!is_order) {
    return {spread % size(kCompanies, kFirstCompanies, kEventsACompany), 0,
            spread % size(kChips, kFirstChips, kEventsAChip)};
  }
  const uint64_t order = spread % size(kOrders, kFirstOrders, kEventsAnOrder);
  return {order * kEventsAnOrder / kEventsACompany, order, order * kEventsAnOrder / kEventsAChip};
}

void WriteDigits(uint64_t number, char* at) {
  for (size_t i = kNameDigits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

void WriteId(uint64_t number, char* at) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (size_t i = kIdDigits; i-- > 0; number >>= 4) at[i] = kHex[number & 15];
}

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
  capex.add_companies()->set_mention(Company(kCompanyDigits));
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
  order.set_order_id(fmt::format("order-{}", kOrderDigits));
  order.add_buyers()->set_mention(Company(kCompanyDigits));
  order.mutable_supplier()->set_mention(Company(Digits(0)));
  order.add_chips()->set_mention(Chip(kChipDigits));
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
  rule.add_chips()->set_mention(Chip(kChipDigits));
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
  event.set_event_id(fmt::format("bench-{}-{}", run, kId));
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

EventSource::Template EventSource::TemplateOf(const v1::Event& event) {
  Template made;
  CHECK(event.SerializeToString(&made.bytes));
  made.id = made.bytes.find(kId);
  made.company = made.bytes.find(kCompanyDigits);
  made.order = made.bytes.find(kOrderDigits);
  made.chip = made.bytes.find(kChipDigits);
  CHECK(made.id != std::string::npos);
  return made;
}

EventSource::EventSource(const std::string& run) {
  std::mt19937 random(kSeed);
  size_t total = 0;
  for (int i = 0; i < kTemplates; ++i) {
    templates_.push_back(TemplateOf(RandomEvent(random, run)));
    total += templates_.back().bytes.size();
  }
  v1::Event rare = RandomEvent(random, run);
  rare.clear_chip_order();
  FillOrder(random, *rare.mutable_chip_order());
  rare.mutable_chip_order()->set_order_id("rare");
  rare.mutable_chip_order()->mutable_buyers(0)->set_mention(Company(Digits(1)));
  rare_ = TemplateOf(rare);
  mean_bytes_ = total / kTemplates;
}

std::vector<v1::Event> EventSource::Aliases(const std::string& run) {
  std::vector<v1::Event> events;
  for (uint64_t i = 0; i < kCompanies; ++i) {
    events.push_back(AliasOf(run, v1::ENTITY_KIND_COMPANY, fmt::format("bench-company-{}", i),
                             Company(Digits(i))));
  }
  for (uint64_t i = 0; i < kChips; ++i) {
    events.push_back(
        AliasOf(run, v1::ENTITY_KIND_CHIP, fmt::format("bx{}", 100 + i), Chip(Digits(i))));
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

void EventSource::Patch(const Template& from, uint64_t number, char* bytes) {
  WriteId(number, bytes + from.id);
  const Subjects about = SubjectsOf(number, from.order != std::string::npos);
  if (from.company != std::string::npos) WriteDigits(about.company, bytes + from.company);
  if (from.order != std::string::npos) WriteDigits(about.order, bytes + from.order);
  if (from.chip != std::string::npos) WriteDigits(about.chip, bytes + from.chip);
}

void EventSource::AppendTo(size_t events, std::string& out) {
  for (size_t i = 0; i < events; ++i) {
    const uint64_t number = next_.fetch_add(1, std::memory_order_relaxed);
    const Template& from =
        number % kRareEvery == 0 ? rare_ : templates_[number % templates_.size()];
    PutVarint(kEventsTag, out);
    PutVarint(from.bytes.size(), out);
    const size_t start = out.size();
    out += from.bytes;
    Patch(from, number, out.data() + start);
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

}  // namespace chipline::bench
