#include "services/timeline/facets.h"

#include "fmt/format.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void AddCompanies(std::string_view role, const google::protobuf::RepeatedPtrField<pb::Ref>& refs,
                  const NamesAt& names, std::set<std::string>* facets) {
  for (const pb::Ref& ref : refs) facets->insert(Facet(role, names.Company(ref)));
}

}  // namespace

std::string Facet(std::string_view role, std::string_view who) {
  return fmt::format("{}/{}", role, who);
}

void AddKeyFacets(const pb::EntryKey& key, std::set<std::string>* facets) {
  switch (key.key_case()) {
    case pb::EntryKey::kCapex:
      for (const auto& company : key.capex().companies()) facets->insert(Facet("company", company));
      for (const auto& id : key.capex().suppliers()) facets->insert(Facet("supplier", id));
      break;
    case pb::EntryKey::kExportRule:
      facets->insert(Facet("jurisdiction", key.export_rule().jurisdiction()));
      facets->insert(Facet("gate", fmt::format("{}", static_cast<int>(key.export_rule().gate()))));
      facets->insert(Facet("chip", key.export_rule().chip()));
      facets->insert(Facet("destination", key.export_rule().destination()));
      break;
    case pb::EntryKey::kChipOrder:
      facets->insert(Facet("order", key.chip_order().order()));
      break;
    case pb::EntryKey::kChipSupply:
      facets->insert(Facet("chip", key.chip_supply().chip()));
      break;
    case pb::EntryKey::kUsage:
      facets->insert(Facet("company", key.usage().company()));
      break;
    case pb::EntryKey::KEY_NOT_SET:
      break;
  }
}

void AddClaimFacets(const pb::EntryKey& key, const pb::Event& event, const NamesAt& names,
                    std::set<std::string>* facets) {
  if (event.has_export_rule_change()) {
    AddCompanies("buyer", event.export_rule_change().buyers(), names, facets);
  } else if (event.has_chip_order() && key.has_chip_order()) {
    const pb::ChipOrder& order = event.chip_order();
    AddCompanies("buyer", order.buyers(), names, facets);
    if (order.has_supplier()) facets->insert(Facet("supplier", names.Company(order.supplier())));
    for (const pb::Ref& chip : order.chips()) facets->insert(Facet("chip", names.Chip(chip)));
  } else if (event.has_chip_supply()) {
    const pb::ChipSupply& supply = event.chip_supply();
    facets->insert(Facet("holder", names.Company(supply.holder())));
    if (supply.has_customer()) facets->insert(Facet("customer", names.Company(supply.customer())));
  }
}

}  // namespace chipline::timeline
