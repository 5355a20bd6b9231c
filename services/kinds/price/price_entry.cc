#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

class Price final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& entry, std::string* id) const override {
    const v1::PriceKey& key = entry.price();
    AppendPart(key.chip(), id);
    *id += '/';
    AppendWord(v1::PriceMetric_Name(key.metric()), "PRICE_METRIC_", id);
    *id += '/';
    AppendWord(v1::Unit_Name(key.per()), "UNIT_", id);
    if (key.place().empty()) return;
    *id += '/';
    AppendPart(key.place(), id);
  }

  void AddFacets(const v1::EntryKey& key, Facets* facets) const override {
    facets->insert(Facet("chip", key.price().chip()));
    if (!key.price().place().empty()) facets->insert(Facet("place", key.price().place()));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    EarliestDay first;
    for (const v1::PriceReading& reading : entry.price().readings()) first.Add(reading.as_of());
    return first.day();
  }
};

}  // namespace

const EntryKind& PriceEntries() {
  static const Price kind;
  return kind;
}

}  // namespace chipline::kinds
