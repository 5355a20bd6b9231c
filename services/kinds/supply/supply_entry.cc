#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

class Supply final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& key, std::string* id) const override {
    AppendPart(key.chip_supply().chip(), id);
  }

  void AddFacets(const v1::EntryKey& key, Facets* facets) const override {
    facets->insert(Facet("chip", key.chip_supply().chip()));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    EarliestDay first;
    for (const v1::HolderSupply& holder : entry.chip_supply().holders()) first.Add(holder.as_of());
    return first.day();
  }
};

}  // namespace

const EntryKind& SupplyEntries() {
  static const Supply kind;
  return kind;
}

std::vector<v1::EntryKey> SupplyKeysOf(const std::vector<std::string>& chips) {
  std::vector<v1::EntryKey> keys;
  for (const std::string& chip : chips) keys.emplace_back().mutable_chip_supply()->set_chip(chip);
  return keys;
}

}  // namespace chipline::kinds
