#include <algorithm>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
namespace {

// What the rule covers: chips, places and buyers, by name or in the report's words.
void CheckReach(const v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  CheckRefs(rule.chips(), 0, limits::kMaxRuleNames, path, "chips", review);
  CheckRefs(rule.chips_except(), 0, limits::kMaxRuleNames, path, "chips_except", review);
  CheckText(rule.chips_text(), limits::kMaxTextBytes, path / "chips_text", review);
  if (rule.chips().empty() && rule.chips_text().empty()) {
    ReportMissing(path / "chips", "the chips it covers, or the report's wording in chips_text",
                  review);
  }
  CheckRefs(rule.destinations(), 0, limits::kMaxRuleNames, path, "destinations", review);
  CheckRefs(rule.destinations_except(), 0, limits::kMaxRuleNames, path, "destinations_except",
            review);
  if (rule.destinations().empty() && rule.scope_text().empty()) {
    ReportMissing(path / "destinations",
                  "the places it is about, or the report's wording in scope_text", review);
  }
  CheckEnum<v1::EndUsers_IsValid>(rule.end_users(), path / "end_users", review);
  CheckRefs(rule.buyers(), 0, limits::kMaxRuleNames, path, "buyers", review);
  if (rule.end_users() == v1::END_USERS_NAMED && rule.buyers().empty()) {
    ReportMissing(path / "buyers", "END_USERS_NAMED is for those named here", review);
  }
  if (rule.has_buyer_seat()) CheckRef(rule.buyer_seat(), path / "buyer_seat", review);
}

// A day that is surely before another makes no sense where it must be after it. Days that may
// overlap are left alone, since a month or a quarter is often all that is known.
void CheckAfterEffective(const v1::Date& later, const v1::Date& effective, bool may_be_equal,
                         const FieldPath& path, Review& review) {
  if (later.latest().empty() || effective.earliest().empty()) return;
  const bool fine =
      may_be_equal ? later.latest() >= effective.earliest() : later.latest() > effective.earliest();
  if (fine) return;
  review.Report(path, fmt::format("is {} at the latest, but the rule is effective from {} "
                                  "at the earliest; it cannot be before that",
                                  later.latest(), effective.earliest()));
}

void CheckDays(v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  const size_t before = review.violations.count();
  if (rule.has_announced()) CompleteDate(*rule.mutable_announced(), path / "announced", review);
  if (rule.has_effective()) CompleteDate(*rule.mutable_effective(), path / "effective", review);
  if (rule.has_binding()) CompleteDate(*rule.mutable_binding(), path / "binding", review);
  if (rule.has_expires()) CompleteDate(*rule.mutable_expires(), path / "expires", review);
  if (review.violations.count() != before) return;
  CheckAfterEffective(rule.binding(), rule.effective(), true, path / "binding", review);
  CheckAfterEffective(rule.expires(), rule.effective(), false, path / "expires", review);
}

void CheckRule(v1::ExportRuleChange& rule, const FieldPath& path, Review& review) {
  CheckKnownFields(rule, path, review);
  RequireEnum<v1::RuleNature_IsValid>(rule.nature(), path / "nature", review);
  CheckText(rule.rule_id(), limits::kMaxKeyBytes, path / "rule_id", review);
  if (rule.has_jurisdiction()) {
    CheckRef(rule.jurisdiction(), path / "jurisdiction", review);
  } else {
    ReportMissing(path / "jurisdiction", "whose rule it is", review);
  }
  if (rule.has_body()) CheckRef(rule.body(), path / "body", review);
  RequireEnum<v1::GateKind_IsValid>(rule.gate(), path / "gate", review);
  CheckEnum<v1::RuleInstrument_IsValid>(rule.instrument(), path / "instrument", review);
  CheckReach(rule, path, review);
  CheckText(rule.purpose(), limits::kMaxTextBytes, path / "purpose", review);
  if (rule.has_quantity_cap()) {
    CheckChipQuantity(rule.quantity_cap(), path / "quantity_cap", review);
  }
  RequireEnum<v1::RuleEffect_IsValid>(rule.effect(), path / "effect", review);
  CheckEnum<v1::RuleEffect_IsValid>(rule.effect_before(), path / "effect_before", review);
  RequireEnum<v1::RuleStatus_IsValid>(rule.status(), path / "status", review);
  CheckDays(rule, path, review);
  CheckEnum<v1::AppliesTo_IsValid>(rule.applies_to(), path / "applies_to", review);
  CheckWording(rule, path, review);
  CheckText(rule.performance_threshold(), limits::kMaxTextBytes, path / "performance_threshold",
            review);
}

std::string_view GateToken(v1::GateKind gate) {
  switch (gate) {
    case v1::GATE_KIND_EXPORT:
      return "export";
    case v1::GATE_KIND_IMPORT:
      return "import";
    case v1::GATE_KIND_USE:
      return "use";
    default:
      return "";
  }
}

// A chip or a place that a rule lists.
struct Listed {
  std::string id;
  // Whether it is a group whose members nobody listed.
  bool group = false;

  friend auto operator<=>(const Listed&, const Listed&) = default;
};

// What it lists less what it leaves out, sorted and each once; one without an id if it lists none.
template <typename IdOf>
std::vector<Listed> Covered(const google::protobuf::RepeatedPtrField<v1::Ref>& refs,
                            const std::vector<std::string>& except, IdOf id_of) {
  if (refs.empty()) return {{}};
  std::vector<Listed> covered;
  for (const v1::Ref& ref : refs) {
    Listed listed{id_of(ref), ref.open_group()};
    if (std::binary_search(except.begin(), except.end(), listed.id)) continue;
    covered.push_back(std::move(listed));
  }
  if (covered.size() < 2) return covered;
  std::sort(covered.begin(), covered.end());
  covered.erase(std::unique(covered.begin(), covered.end()), covered.end());
  return covered;
}

class Rule final : public PayloadKind<v1::ExportRuleChange, &v1::Event::export_rule_change> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    CheckRule(*event.mutable_export_rule_change(), path / "export_rule_change", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    const v1::ExportRuleChange& rule = Of(event);
    namer.Token(kPlace, rule.jurisdiction());
    namer.Literal(GateToken(rule.gate()));
    if (rule.has_body()) namer.Mention(kBody, rule.body());
    namer.Mentions(kChip, rule.chips());
    namer.Mentions(kChip, rule.chips_except());
    namer.Mentions(kPlace, rule.destinations());
    namer.Mentions(kPlace, rule.destinations_except());
    namer.Mentions(kCompany, rule.buyers());
    if (rule.has_buyer_seat()) namer.Mention(kPlace, rule.buyer_seat());
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    const v1::ExportRuleChange& rule = Of(event);
    names.Add(rule.jurisdiction());
    names.Add(rule.body());
    names.Add(rule.chips());
    names.Add(rule.chips_except());
    names.Add(rule.destinations());
    names.Add(rule.destinations_except());
    names.Add(rule.buyers());
    names.Add(rule.buyer_seat());
  }

  bool State(const v1::Event& event, const NamesAt& names, Statement& said) const override {
    const v1::ExportRuleChange& rule = Of(event);
    said.AddNumber(rule.effect());
    said.AddNumber(rule.status());
    said.Add(rule.rule_id());
    said.AddNumber(rule.end_users());
    said.Add(names.Companies(rule.buyers()));
    said.Add(rule.has_buyer_seat() ? names.Place(rule.buyer_seat()) : "");
    said.Add(rule.purpose());
    said.Add(rule.quantity_cap());
    said.Add(rule.effective());
    said.Add(rule.binding());
    said.Add(rule.expires());
    said.AddNumber(rule.applies_to());
    said.Add(names.Place(rule.jurisdiction()));
    return true;
  }

  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    const v1::ExportRuleChange& rule = Of(recorded.event());
    const std::vector<Listed> chips = Covered(rule.chips(), names.Chips(rule.chips_except()),
                                              [&](const v1::Ref& ref) { return names.Chip(ref); });
    const std::vector<Listed> places =
        Covered(rule.destinations(), names.Places(rule.destinations_except()),
                [&](const v1::Ref& ref) { return names.Place(ref); });
    std::vector<v1::EntryKey> keys;
    for (const Listed& chip : chips) {
      for (const Listed& place : places) {
        v1::ExportRuleKey& key = *keys.emplace_back().mutable_export_rule();
        key.set_jurisdiction(names.Place(rule.jurisdiction()));
        key.set_gate(rule.gate());
        key.set_chip(chip.id);
        key.set_chip_group(chip.group);
        key.set_destination(place.id);
        key.set_destination_group(place.group);
      }
    }
    return keys;
  }

  void AddFacets(const v1::EntryKey&, const v1::Event& event, const NamesAt& names,
                 Facets* facets) const override {
    AddCompanies("buyer", Of(event).buyers(), names, facets);
  }
};

}  // namespace

const EventKind& RuleEvents() {
  static const Rule kind;
  return kind;
}

}  // namespace chipline::kinds
