#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

class Order final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& key, std::string* id) const override {
    AppendPart(key.chip_order().order(), id);
  }

  void AddFacets(const v1::EntryKey& key, Facets* facets) const override {
    facets->insert(Facet("order", key.chip_order().order()));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    const v1::ChipOrderEntry& order = entry.chip_order();
    EarliestDay first;
    for (const v1::StageLedger& stage : order.stages()) {
      first.Add(stage.stage_date());
      for (const v1::StageReading& reading : stage.readings()) first.Add(reading.stage_date());
    }
    if (first.none()) first.Add(order.for_period().start());
    if (first.none()) {
      for (const v1::OrderInterval& span : order.intervals()) first.Add(span.valid().from());
    }
    return first.day();
  }
};

}  // namespace

const EntryKind& OrderEntries() {
  static const Order kind;
  return kind;
}

}  // namespace chipline::kinds
