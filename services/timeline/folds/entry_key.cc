#include "services/timeline/folds/entry_key.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/values/subject_token.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// AI_CHIPS without its prefix becomes ai-chips.
std::string Word(std::string_view enum_name, std::string_view prefix) {
  std::string word(enum_name.substr(std::min(prefix.size(), enum_name.size())));
  for (char& c : word) {
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

// A part of an id. A dash stands for nothing, so a dash that means itself is escaped.
std::string Part(std::string_view text) {
  if (text.empty()) return "-";
  if (text == "-") return "%2D";
  std::string part;
  for (const char c : text) {
    if (c == '/') {
      part += "%2F";
    } else if (c == '%') {
      part += "%25";
    } else {
      part += c;
    }
  }
  return part;
}

void AddFurther(std::string_view name, std::string_view value, std::string* id) {
  if (!value.empty()) *id += fmt::format("/{}={}", name, Part(value));
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

std::vector<pb::EntryKey> RuleKeysOf(const pb::ExportRuleChange& rule, const NamesAt& names) {
  const auto without = [](std::vector<std::string> ids, const std::vector<std::string>& except) {
    ids.erase(std::remove_if(ids.begin(), ids.end(),
                             [&](const std::string& id) {
                               return std::binary_search(except.begin(), except.end(), id);
                             }),
              ids.end());
    return ids;
  };
  std::vector<std::string> chips =
      without(names.Chips(rule.chips()), names.Chips(rule.chips_except()));
  std::vector<std::string> places =
      without(names.Places(rule.destinations()), names.Places(rule.destinations_except()));
  if (rule.chips().empty()) chips = {""};
  if (rule.destinations().empty()) places = {""};
  std::vector<pb::EntryKey> keys;
  for (const std::string& chip : chips) {
    for (const std::string& place : places) {
      pb::ExportRuleKey& key = *keys.emplace_back().mutable_export_rule();
      key.set_jurisdiction(names.Place(rule.jurisdiction()));
      key.set_gate(rule.gate());
      key.set_chip(chip);
      key.set_destination(place);
    }
  }
  return keys;
}

std::vector<pb::EntryKey> SupplyKeysOf(const std::vector<std::string>& chips) {
  std::vector<pb::EntryKey> keys;
  for (const std::string& chip : chips) keys.emplace_back().mutable_chip_supply()->set_chip(chip);
  return keys;
}

std::string CapexId(const pb::CapexKey& key) {
  std::string id =
      fmt::format("capex/{}/{}/{}/{}/{}", Part(fmt::format("{}", fmt::join(key.companies(), "+"))),
                  Word(pb::CapexScope_Name(key.scope()), "CAPEX_SCOPE_"), Part(key.period()),
                  Word(pb::Accounting_Name(key.accounting()), "ACCOUNTING_"),
                  Word(pb::BasisClass_Name(key.basis_class()), "BASIS_CLASS_"));
  if (key.period_kind() == pb::PERIOD_KIND_FISCAL) AddFurther("kind", "fiscal", &id);
  AddFurther("text", key.scope_text(), &id);
  AddFurther("definition", key.definition(), &id);
  AddFurther("suppliers", fmt::format("{}", fmt::join(key.suppliers(), "+")), &id);
  AddFurther("region", key.region(), &id);
  AddFurther("claim", key.claim_event_id(), &id);
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
  return fmt::format("order.{}{}", JoinTokens(names.Companies(event.event().chip_order().buyers())),
                     std::string_view(recorded).substr(dot));
}

std::string RulePrefix(std::string_view chip, std::string_view destination) {
  return fmt::format("rule/{}/{}/", Part(chip), Part(destination));
}

std::string EntryId(const pb::EntryKey& key) {
  switch (key.key_case()) {
    case pb::EntryKey::kCapex:
      return CapexId(key.capex());
    case pb::EntryKey::kExportRule:
      return fmt::format("{}{}/{}",
                         RulePrefix(key.export_rule().chip(), key.export_rule().destination()),
                         Part(key.export_rule().jurisdiction()),
                         Word(pb::GateKind_Name(key.export_rule().gate()), "GATE_KIND_"));
    case pb::EntryKey::kChipOrder:
      return fmt::format("order/{}", Part(key.chip_order().order()));
    case pb::EntryKey::kChipSupply:
      return fmt::format("supply/{}", Part(key.chip_supply().chip()));
    case pb::EntryKey::kUsage: {
      std::string id =
          fmt::format("usage/{}/{}", Part(key.usage().company()),
                      Word(pb::UsageMetric_Name(key.usage().metric()), "USAGE_METRIC_"));
      if (!key.usage().product().empty()) id += fmt::format("/{}", Part(key.usage().product()));
      return id;
    }
    default:
      return "";
  }
}

}  // namespace chipline::timeline
