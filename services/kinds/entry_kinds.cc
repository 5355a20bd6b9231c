#include <algorithm>
#include <array>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/entry_kind.h"

namespace chipline::kinds {
namespace {

constexpr std::array kRows = {
    EntryKindRow{v1::EntryKey::kCapex, v1::TimelineEntry::kCapex, "capex/", true, CapexEntries},
    EntryKindRow{v1::EntryKey::kExportRule, v1::TimelineEntry::kExportRule, "rule/", true,
                 RuleEntries},
    EntryKindRow{v1::EntryKey::kChipOrder, v1::TimelineEntry::kChipOrder, "order/", true,
                 OrderEntries},
    EntryKindRow{v1::EntryKey::kChipSupply, v1::TimelineEntry::kChipSupply, "supply/", true,
                 SupplyEntries},
    EntryKindRow{v1::EntryKey::kUsage, v1::TimelineEntry::kUsage, "usage/", true, UsageEntries},
    EntryKindRow{v1::EntryKey::kPrice, v1::TimelineEntry::kPrice, "price/", false, PriceEntries},
};

// Null for a key without a kind.
const EntryKindRow* RowOf(v1::EntryKey::KeyCase key) {
  const auto row = std::find_if(kRows.begin(), kRows.end(),
                                [&](const EntryKindRow& each) { return each.key == key; });
  return row == kRows.end() ? nullptr : &*row;
}

// What is set aside for an id at first; most are shorter.
constexpr size_t kUsualIdBytes = 96;

}  // namespace

std::span<const EntryKindRow> EntryKinds() { return kRows; }

std::string EntryId(const v1::EntryKey& key) {
  std::string id;
  const EntryKindRow* const row = RowOf(key.key_case());
  if (row == nullptr) return id;
  id.reserve(kUsualIdBytes);
  id += row->prefix;
  row->kind().AppendId(key, &id);
  return id;
}

std::string FirstDay(const v1::TimelineEntry& entry) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const EntryKindRow& each) {
    return each.state == entry.state_case();
  });
  return row == kRows.end() ? kNoDay : row->kind().FirstDay(entry);
}

void AddKeyFacets(const v1::EntryKey& key, Facets* facets) {
  const EntryKindRow* const row = RowOf(key.key_case());
  if (row != nullptr) row->kind().AddFacets(key, facets);
}

}  // namespace chipline::kinds
