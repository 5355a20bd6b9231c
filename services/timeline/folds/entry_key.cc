#include "services/timeline/folds/entry_key.h"

#include <algorithm>
#include <utility>

#include "services/values/subject_token.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// What is set aside for an id at first; most are shorter.
constexpr size_t kUsualIdBytes = 96;

// Ids are made for every event of a log, so their parts are appended in place.

// AI_CHIPS without its prefix becomes ai-chips.
void AppendWord(std::string_view enum_name, std::string_view prefix, std::string* id) {
  for (const char c : enum_name.substr(std::min(prefix.size(), enum_name.size()))) {
    *id += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
}

void AppendEscaped(std::string_view text, std::string* id) {
  for (size_t special = text.find_first_of("/%"); special != std::string_view::npos;
       special = text.find_first_of("/%")) {
    id->append(text.substr(0, special));
    id->append(text[special] == '/' ? "%2F" : "%25");
    text.remove_prefix(special + 1);
  }
  id->append(text);
}

// A part of an id. A dash stands for nothing, so a dash that means itself is escaped.
void AppendPart(std::string_view text, std::string* id) {
  if (text.empty()) {
    *id += '-';
  } else if (text == "-") {
    *id += "%2D";
  } else {
    AppendEscaped(text, id);
  }
}

using Texts = google::protobuf::RepeatedPtrField<std::string>;

std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (&text != &texts[0]) joined += '+';
    joined += text;
  }
  return joined;
}

void AppendFurther(std::string_view name, std::string_view value, std::string* id) {
  if (value.empty()) return;
  *id += '/';
  id->append(name);
  *id += '=';
  AppendPart(value, id);
}

pb::BasisClass ClassOf(pb::CapexBasis basis) {
  switch (basis) {
    case pb::CAPEX_BASIS_ACTUAL:
      return pb::BASIS_CLASS_ACTUAL;
    case pb::CAPEX_BASIS_ONGOING:
      return pb::BASIS_CLASS_ONGOING;
    case pb::CAPEX_BASIS_UNSPECIFIED:
      return pb::BASIS_CLASS_UNSPECIFIED;
    default:
      return pb::BASIS_CLASS_FORWARD;
  }
}

// Without bounds a fiscal label says too little to tell that two reports mean the same year.
bool Resolved(const pb::Period& period) {
  if (period.kind() == pb::PERIOD_KIND_CALENDAR) return !period.edtf().empty();
  return period.kind() == pb::PERIOD_KIND_FISCAL && !period.fiscal_label().empty() &&
         !period.start().empty() && !period.end().empty();
}

pb::EntryKey CapexKeyOf(const pb::Event& event, const NamesAt& names) {
  const pb::CapexAnnouncement& capex = event.capex_announcement();
  pb::EntryKey entry;
  pb::CapexKey& key = *entry.mutable_capex();
  for (std::string& id : names.Companies(capex.companies())) key.add_companies(std::move(id));
  for (std::string& id : names.Companies(capex.suppliers())) key.add_suppliers(std::move(id));
  key.set_scope(capex.scope());
  if (capex.scope() == pb::CAPEX_SCOPE_OTHER) key.set_scope_text(capex.scope_text());
  key.set_definition(capex.definition());
  if (capex.has_region()) key.set_region(names.Place(capex.region()));
  key.set_accounting(capex.accounting());
  key.set_basis_class(ClassOf(capex.basis()));
  if (capex.has_period()) {
    key.set_period_kind(capex.period().kind());
    key.set_period(capex.period().kind() == pb::PERIOD_KIND_FISCAL ? capex.period().fiscal_label()
                                                                   : capex.period().edtf());
  }
  if (!Resolved(capex.period())) key.set_claim_event_id(event.event_id());
  return entry;
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
std::vector<Listed> Covered(const google::protobuf::RepeatedPtrField<pb::Ref>& refs,
                            const std::vector<std::string>& except, IdOf id_of) {
  if (refs.empty()) return {{}};
  std::vector<Listed> covered;
  for (const pb::Ref& ref : refs) {
    Listed listed{id_of(ref), ref.open_group()};
    if (std::binary_search(except.begin(), except.end(), listed.id)) continue;
    covered.push_back(std::move(listed));
  }
  if (covered.size() < 2) return covered;
  std::sort(covered.begin(), covered.end());
  covered.erase(std::unique(covered.begin(), covered.end()), covered.end());
  return covered;
}

std::vector<pb::EntryKey> RuleKeysOf(const pb::ExportRuleChange& rule, const NamesAt& names) {
  const std::vector<Listed> chips = Covered(rule.chips(), names.Chips(rule.chips_except()),
                                            [&](const pb::Ref& ref) { return names.Chip(ref); });
  const std::vector<Listed> places =
      Covered(rule.destinations(), names.Places(rule.destinations_except()),
              [&](const pb::Ref& ref) { return names.Place(ref); });
  std::vector<pb::EntryKey> keys;
  for (const Listed& chip : chips) {
    for (const Listed& place : places) {
      pb::ExportRuleKey& key = *keys.emplace_back().mutable_export_rule();
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

std::vector<pb::EntryKey> SupplyKeysOf(const std::vector<std::string>& chips) {
  std::vector<pb::EntryKey> keys;
  for (const std::string& chip : chips) keys.emplace_back().mutable_chip_supply()->set_chip(chip);
  return keys;
}

void AppendMember(bool group, std::string_view id_of, std::string* id) {
  if (group) id->append(kAnyGroup).push_back('/');
  AppendPart(id_of, id);
  *id += '/';
}

std::string RuleId(const pb::ExportRuleKey& key) {
  std::string id;
  id.reserve(kUsualIdBytes);
  id += "rule/";
  AppendMember(key.chip_group(), key.chip(), &id);
  AppendMember(key.destination_group(), key.destination(), &id);
  AppendPart(key.jurisdiction(), &id);
  id += '/';
  AppendWord(pb::GateKind_Name(key.gate()), "GATE_KIND_", &id);
  return id;
}

std::string CapexId(const pb::CapexKey& key) {
  std::string id;
  id.reserve(kUsualIdBytes);
  id += "capex/";
  AppendPart(Joined(key.companies()), &id);
  id += '/';
  AppendWord(pb::CapexScope_Name(key.scope()), "CAPEX_SCOPE_", &id);
  id += '/';
  AppendPart(key.period(), &id);
  id += '/';
  AppendWord(pb::Accounting_Name(key.accounting()), "ACCOUNTING_", &id);
  id += '/';
  AppendWord(pb::BasisClass_Name(key.basis_class()), "BASIS_CLASS_", &id);
  if (key.period_kind() == pb::PERIOD_KIND_FISCAL) AppendFurther("kind", "fiscal", &id);
  AppendFurther("text", key.scope_text(), &id);
  AppendFurther("definition", key.definition(), &id);
  AppendFurther("suppliers", Joined(key.suppliers()), &id);
  AppendFurther("region", key.region(), &id);
  AppendFurther("claim", key.claim_event_id(), &id);
  return id;
}

}  // namespace

std::vector<pb::EntryKey> KeysOf(const pb::RecordedEvent& event, const NamesAt& names) {
  const pb::Event& claim = event.event();
  switch (claim.payload_case()) {
    case pb::Event::kCapexAnnouncement:
      return {CapexKeyOf(claim, names)};
    case pb::Event::kExportRuleChange:
      return RuleKeysOf(claim.export_rule_change(), names);
    case pb::Event::kChipOrder: {
      std::vector<pb::EntryKey> keys = SupplyKeysOf(names.Chips(claim.chip_order().chips()));
      keys.emplace_back().mutable_chip_order()->set_order(OrderSubject(event, names));
      return keys;
    }
    case pb::Event::kChipSupply:
      return SupplyKeysOf(names.Chips(claim.chip_supply().chips()));
    case pb::Event::kUsageReport: {
      pb::EntryKey key;
      key.mutable_usage()->set_company(names.Company(claim.usage_report().company()));
      key.mutable_usage()->set_product(claim.usage_report().product());
      key.mutable_usage()->set_metric(claim.usage_report().metric());
      return {key};
    }
    default:
      return {};
  }
}

std::vector<std::string> ReferencesOf(const pb::Event& event) {
  if (!event.has_capex_announcement()) return {};
  const std::string& whole = event.capex_announcement().share_of().of_event_id();
  if (whole.empty() || whole == event.event_id()) return {};
  return {whole};
}

std::string OrderSubject(const pb::RecordedEvent& event, const NamesAt& names) {
  const std::string& recorded = event.subject();
  const size_t dot = recorded.rfind('.');
  if (dot == std::string::npos) return recorded;
  std::string subject = "order.";
  subject += JoinTokens(names.Companies(event.event().chip_order().buyers()));
  subject.append(recorded, dot);
  return subject;
}

std::string RulePrefix(std::string_view chip) {
  std::string prefix;
  prefix.reserve(kUsualIdBytes);
  prefix += "rule/";
  AppendPart(chip, &prefix);
  prefix += '/';
  return prefix;
}

std::string RulePrefix(std::string_view chip, std::string_view destination) {
  std::string prefix = RulePrefix(chip);
  AppendPart(destination, &prefix);
  prefix += '/';
  return prefix;
}

std::string EntryId(const pb::EntryKey& key) {
  std::string id;
  switch (key.key_case()) {
    case pb::EntryKey::kCapex:
      return CapexId(key.capex());
    case pb::EntryKey::kExportRule:
      return RuleId(key.export_rule());
    case pb::EntryKey::kChipOrder:
      id = "order/";
      AppendPart(key.chip_order().order(), &id);
      return id;
    case pb::EntryKey::kChipSupply:
      id = "supply/";
      AppendPart(key.chip_supply().chip(), &id);
      return id;
    case pb::EntryKey::kUsage:
      id = "usage/";
      AppendPart(key.usage().company(), &id);
      id += '/';
      AppendWord(pb::UsageMetric_Name(key.usage().metric()), "USAGE_METRIC_", &id);
      if (!key.usage().product().empty()) {
        id += '/';
        AppendPart(key.usage().product(), &id);
      }
      return id;
    default:
      return id;
  }
}

}  // namespace chipline::timeline
