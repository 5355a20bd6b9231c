#include "tests/folds/small_logs.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "absl/strings/match.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/dependencies.h"
#include "services/timeline/folds/fold.h"

namespace chipline::timeline::testing {
namespace {

namespace pb = chipline::v1;

constexpr int64_t kRecorded = 1'790'000'000;

pb::RecordedEvent At(size_t position, pb::RecordedEvent event) {
  event.set_position(position);
  event.mutable_record_time()->set_seconds(kRecorded + 60 * static_cast<int64_t>(position));
  return event;
}

void AddRef(std::string_view id, bool group, google::protobuf::RepeatedPtrField<pb::Ref>* refs) {
  pb::Ref& ref = *refs->Add();
  ref.set_id(std::string(id));
  ref.set_open_group(group);
}

bool Needed(const Dependencies& dependencies, const std::string& id) {
  const auto& ids = dependencies.ids;
  return std::find(ids.begin(), ids.end(), id) != ids.end() ||
         std::any_of(dependencies.prefixes.begin(), dependencies.prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(id, prefix); });
}

pb::RecordedEvent ToldBy(std::string_view id, std::string_view root, std::string_view day) {
  pb::RecordedEvent recorded;
  pb::Event& event = *recorded.mutable_event();
  event.set_event_id(std::string(id));
  pb::Hop& hop = *event.mutable_source()->add_hops();
  hop.mutable_publisher()->set_id(std::string(root));
  hop.set_relation(pb::HOP_RELATION_PRIMARY);
  hop.mutable_published()->set_edtf(std::string(day));
  return recorded;
}

// The log without the rules, and the rules without the fields, that it does not need to fail.
SmallLog Smallest(SmallLog log, LogCheck* holds) {
  const auto take = [&](SmallLog smaller) {
    if (holds(smaller)) return false;
    log = std::move(smaller);
    return true;
  };
  // Without these it is another kind of rule.
  const std::set<std::string> kept = {"jurisdiction", "gate",   "chips",      "destinations",
                                      "effect",       "status", "chips_text", "scope_text"};
  for (size_t at = 0; at < log.rules.size(); ++at) {
    SmallLog without = log;
    without.rules.erase(without.rules.begin() + static_cast<std::ptrdiff_t>(at));
    if (take(std::move(without))) --at;
  }
  for (size_t at = 0; at < log.rules.size(); ++at) {
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    const pb::ExportRuleChange& before = log.rules[at].event().export_rule_change();
    before.GetReflection()->ListFields(before, &fields);
    for (const auto* field : fields) {
      if (kept.contains(field->name())) continue;
      SmallLog plain = log;
      pb::Event& event = *plain.rules[at].mutable_event();
      pb::ExportRuleChange& rule = *event.mutable_export_rule_change();
      rule.GetReflection()->ClearField(&rule, field);
      take(std::move(plain));
    }
  }
  return log;
}

}  // namespace

NamesAt NoNames() {
  static const NameTable kNoNames;
  return {kNoNames, NameTable::kHead};
}

std::string SmallLog::Text() const {
  std::string text;
  for (const pb::RecordedEvent& rule : rules) {
    text += fmt::format("{}: {}\n", rule.position(), rule.event().ShortDebugString());
  }
  return text + fmt::format("order: {}\n", order.event().ShortDebugString());
}

pb::ChipOrderEntry FoldOrder(const SmallLog& log) {
  std::map<std::string, FoldInput> entries;
  for (const pb::RecordedEvent& event : log.rules) {
    for (pb::EntryKey& key : kinds::KeysOf(event, NoNames())) {
      FoldInput& entry = entries[kinds::EntryId(key)];
      entry.key = std::move(key);
      entry.rows.push_back(MakeClaim(event, /*own=*/true, NoNames()));
    }
  }
  FoldInput order;
  order.key.mutable_chip_order()->set_order("trial");
  order.rows.push_back(MakeClaim(log.order, /*own=*/true, NoNames()));
  const Dependencies dependencies = DependenciesOf(order.key, order.rows, NoNames());
  for (const auto& [id, input] : entries) {
    if (Needed(dependencies, id)) order.dependencies.push_back(Fold(input, NoNames()));
  }
  return Fold(order, NoNames()).chip_order();
}

const pb::OrderInterval& IntervalOn(const pb::ChipOrderEntry& entry, CivilDay day) {
  for (const pb::OrderInterval& each : entry.intervals()) {
    if (day < FromProto(each.valid()).to) return each;
  }
  return pb::OrderInterval::default_instance();
}

std::set<CivilDay> CutDays(const pb::ChipOrderEntry& a, const pb::ChipOrderEntry& b) {
  std::set<CivilDay> days;
  for (const pb::ChipOrderEntry* entry : {&a, &b}) {
    for (const pb::OrderInterval& each : entry->intervals()) {
      days.insert(FromProto(each.valid()).from);
    }
  }
  return days;
}

std::string RandomLogs::Day() {
  return CivilDay::FromDays(kFirstDay.days() + static_cast<int>(Any(kDays))).Format();
}

pb::RuleEffect RandomLogs::AnyEffect() {
  constexpr std::array kEffects = {
      pb::RULE_EFFECT_PROHIBITED, pb::RULE_EFFECT_PROHIBITED, pb::RULE_EFFECT_LICENSED,
      pb::RULE_EFFECT_LICENSED,   pb::RULE_EFFECT_LICENSED,   pb::RULE_EFFECT_ALLOWED,
      pb::RULE_EFFECT_ALLOWED,    pb::RULE_EFFECT_ALLOWED,    pb::RULE_EFFECT_LICENSE_REQUIRED};
  return OneIn(4) ? static_cast<pb::RuleEffect>(1 + Any(10)) : kEffects[Any(kEffects.size())];
}

void RandomLogs::SetChips(pb::ExportRuleChange* rule) {
  const size_t kind = Any(12);
  if (kind < 7) AddRef("h200", false, rule->mutable_chips());
  if (kind == 6 || kind == 7) AddRef("h20", false, rule->mutable_chips());
  if (kind < 8) return;
  if (kind < 10) AddRef("hopper", true, rule->mutable_chips());
  const bool other = kinds_.mixed_wordings && OneIn(2);
  rule->set_chips_text(other ? "servers" : "fast chips");
  const std::string left_out = kinds_.mixed_wordings && OneIn(2) ? "h200" : left_out_;
  if (!left_out.empty()) AddRef(left_out, false, rule->mutable_chips_except());
}

void RandomLogs::SetPlaces(pb::ExportRuleChange* rule) {
  const bool import = OneIn(10);
  rule->mutable_jurisdiction()->set_id(import ? "cn" : "us");
  rule->set_gate(import ? pb::GATE_KIND_IMPORT : pb::GATE_KIND_EXPORT);
  const size_t kind = Any(import ? (kinds_.imports_without_place ? 6 : 5) : 11);
  if (kind < 5 || kind > 8) return AddRef("cn", false, rule->mutable_destinations());
  if (kind == 6) return AddRef("hk", false, rule->mutable_destinations());
  if (kind == 7) AddRef("d5", true, rule->mutable_destinations());
  rule->set_scope_text("the listed countries");
  if (kinds_.mixed_wordings && OneIn(3)) {
    AddRef("cn", false, rule->mutable_destinations_except());
  }
}

void RandomLogs::SetBuyers(pb::ExportRuleChange* rule) {
  const size_t kind = Any(8);
  if (kind >= 4) rule->set_end_users(pb::END_USERS_NAMED);
  if (kind == 4 || kind == 5) AddRef("bytedance", false, rule->mutable_buyers());
  if (kind == 5 || kind == 6) AddRef("baidu", false, rule->mutable_buyers());
  if (kind == 7) AddRef("chinese-companies", true, rule->mutable_buyers());
  // What restricts a buyer is of all chips, what lets it pass perhaps not: two wordings in one.
  const bool worded = rule->chips().empty() && !kinds_.mixed_wordings;
  if (worded && kind >= 4 && kind < 7) rule->set_effect(pb::RULE_EFFECT_PROHIBITED);
  if (kind < 4 && rule->effect() == pb::RULE_EFFECT_LICENSED && OneIn(4)) {
    rule->set_end_users(pb::END_USERS_APPROVED);
  }
  if (OneIn(6)) {
    rule->mutable_buyer_seat()->set_id(OneIn(2) ? "cn" : "sg");
    if (OneIn(3)) {
      rule->mutable_buyer_seat()->set_id("d5");
      rule->mutable_buyer_seat()->set_open_group(true);
    }
  }
  if (OneIn(6)) rule->set_purpose(OneIn(2) ? "military" : "research");
}

// No two rules begin on one day, unless such logs are asked for.
void RandomLogs::SetDays(pb::ExportRuleChange* rule, pb::Hop* root) {
  DaySpan begin;
  do {
    rule->clear_effective();
    rule->clear_binding();
    const size_t kind = Any(12);
    const std::string day = RuleDay();
    if (kind != 0) rule->mutable_effective()->set_edtf(day);
    if (kind == 1) rule->mutable_binding()->set_edtf(std::max(day, RuleDay()));
    root->mutable_published()->set_edtf(Day());
    const std::optional<DaySpan> binding = SpanOf(rule->binding());
    const std::optional<DaySpan> effective = SpanOf(rule->effective());
    begin = binding ? *binding : effective ? *effective : *SpanOf(root->published());
  } while (!kinds_.equal_days && !begun_.insert(begin.latest).second);
  if (!OneIn(5)) return;
  const std::string expires = LastDay();
  if (SpanOf(rule->effective()).value_or(begin).latest.Format() < expires) {
    rule->mutable_expires()->set_edtf(expires);
  }
}

pb::RecordedEvent RandomLogs::NewRule(size_t number) {
  pb::RecordedEvent recorded =
      ToldBy(fmt::format("e{}", number), fmt::format("root-{}", number), Day());
  pb::Event& event = *recorded.mutable_event();
  if (OneIn(3)) {
    event.mutable_source()->mutable_origin()->set_kind(static_cast<pb::OriginKind>(1 + Any(6)));
  }
  pb::ExportRuleChange& rule = *event.mutable_export_rule_change();
  rule.set_nature(OneIn(4) ? pb::RULE_NATURE_STATUS : pb::RULE_NATURE_CHANGE);
  rule.set_effect(AnyEffect());
  rule.set_status(OneIn(15) ? pb::RULE_STATUS_PROPOSED : pb::RULE_STATUS_IN_FORCE);
  SetPlaces(&rule);
  SetChips(&rule);
  SetBuyers(&rule);
  SetDays(&rule, event.mutable_source()->mutable_hops(0));
  // A rescission needs a rule_id that no other rule has.
  const size_t name = Any(6);
  if (name == 0) rule.set_rule_id("x");
  if (name == 1) rule.set_rule_id("y");
  if (name == 2) rule.set_rule_id(fmt::format("r{}", number));
  if (OneIn(10)) rule.set_instrument(pb::RULE_INSTRUMENT_STATEMENT);
  const bool of_seat = rule.effect() == pb::RULE_EFFECT_LICENSED && rule.has_buyer_seat();
  if (OneIn(10) || (of_seat && !kinds_.licences_for_seats)) {
    rule.add_conditions("a quarter of the revenue");
  }
  if (OneIn(12)) {
    rule.mutable_quantity_cap()->set_unit(pb::UNIT_CHIP);
    rule.mutable_quantity_cap()->set_bound(pb::BOUND_EXACT);
    rule.mutable_quantity_cap()->set_value(1000);
  }
  rule.set_applies_to(kinds_.coverage ? static_cast<pb::AppliesTo>(Any(4)) : pb::APPLIES_TO_ALL);
  const bool scoped = rule.buyers_size() > 0 || rule.has_buyer_seat() || !rule.purpose().empty();
  if (kinds_.doubtful_days || (scoped && !kinds_.named_scopes)) rule.clear_rule_id();
  return recorded;
}

// By a paper, which may not say when the root published.
pb::RecordedEvent RandomLogs::Retold(const pb::RecordedEvent& original) {
  pb::RecordedEvent recorded = original;
  pb::Source& source = *recorded.mutable_event()->mutable_source();
  pb::Hop root = source.hops(0);
  if (OneIn(2)) root.clear_published();
  pb::Hop& paper = *source.mutable_hops(0);
  paper.mutable_publisher()->set_id("paper");
  paper.set_relation(pb::HOP_RELATION_QUOTES);
  paper.mutable_published()->set_edtf(
      CivilDay::FromDays(kFirstDay.days() + kDays + static_cast<int>(Any(9))).Format());
  *source.add_hops() = std::move(root);
  return recorded;
}

pb::RecordedEvent RandomLogs::Rescinding(const pb::RecordedEvent& target) {
  pb::RecordedEvent recorded = target;
  pb::ExportRuleChange& rule = *recorded.mutable_event()->mutable_export_rule_change();
  recorded.mutable_event()->mutable_source()->mutable_hops(0)->mutable_published()->set_edtf(Day());
  rule.set_status(pb::RULE_STATUS_RESCINDED);
  rule.clear_binding();
  rule.clear_expires();
  rule.mutable_effective()->set_edtf(LastDay());
  // With these it is no end, but a doubt.
  if (!kinds_.doubtful_ends) {
    rule.clear_conditions();
    rule.clear_quantity_cap();
    rule.set_end_users(rule.buyers().empty() ? pb::END_USERS_ANY : pb::END_USERS_NAMED);
  }
  if (OneIn(3)) {
    pb::Origin& origin = *recorded.mutable_event()->mutable_source()->mutable_origin();
    origin.set_kind(static_cast<pb::OriginKind>(1 + Any(6)));
  }
  return recorded;
}

pb::RecordedEvent RandomLogs::Order() {
  pb::RecordedEvent recorded = ToldBy("order", "paper-of-the-order", Day());
  pb::ChipOrder& order = *recorded.mutable_event()->mutable_chip_order();
  order.set_order_id("trial");
  const bool groups = kinds_.order_of_groups && OneIn(2);
  const bool family = groups && OneIn(2);
  AddRef(groups && !family ? "chinese-companies" : "bytedance", groups && !family,
         order.mutable_buyers());
  if (OneIn(3)) AddRef("baidu", false, order.mutable_buyers());
  order.mutable_supplier()->set_id("nvidia");
  AddRef(family ? "hopper" : "h200", family, order.mutable_chips());
  if (OneIn(4)) AddRef("h20", false, order.mutable_chips());
  if (!OneIn(7)) order.mutable_destination()->set_id("cn");
  constexpr std::array kStages = {pb::ORDER_STAGE_PLANNED, pb::ORDER_STAGE_PLANNED,
                                  pb::ORDER_STAGE_PLACED, pb::ORDER_STAGE_SHIPPED};
  order.set_stage(kStages[Any(kStages.size())]);
  order.set_modality(OneIn(5) ? pb::MODALITY_ONGOING : pb::MODALITY_REPORTED);
  if (!OneIn(3)) order.mutable_stage_date()->set_edtf(DayOrMonth());
  return recorded;
}

SmallLog RandomLogs::Next() {
  begun_.clear();
  constexpr std::array<std::string_view, 3> kLeftOut = {"", "h20", "h200"};
  left_out_ = kLeftOut[Any(kLeftOut.size())];
  SmallLog log;
  // Those that are no retelling and no rescission.
  std::vector<pb::RecordedEvent> originals;
  const size_t rules = 2 + Any(7);
  for (size_t number = 0; number < rules; ++number) {
    pb::RecordedEvent event;
    const bool again = !originals.empty() && OneIn(4);
    if (!again) {
      event = originals.emplace_back(NewRule(number));
    } else {
      const pb::RecordedEvent& original = originals[Any(originals.size())];
      const bool own_id = absl::StartsWith(original.event().export_rule_change().rule_id(), "r");
      event = own_id ? Rescinding(original) : Retold(original);
    }
    event.mutable_event()->set_event_id(fmt::format("e{}", number));
    log.rules.push_back(At(number + 1, std::move(event)));
  }
  log.order = At(rules + 1, Order());
  return log;
}

void TryLogs(unsigned seed, int rounds, LogKinds kinds, LogCheck* holds) {
  seed += static_cast<unsigned>(GTEST_FLAG_GET(random_seed));
  std::printf("seed %u\n", seed);
  RandomLogs logs(seed, kinds);
  for (int round = 0; round < rounds; ++round) {
    const SmallLog log = logs.Next();
    if (holds(log)) continue;
    FAIL() << "round " << round << holds(Smallest(log, holds)).message();
  }
}

}  // namespace chipline::timeline::testing
