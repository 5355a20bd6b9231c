#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

class Usage final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& entry, std::string* id) const override {
    const v1::UsageKey& key = entry.usage();
    AppendPart(key.company(), id);
    *id += '/';
    AppendWord(v1::UsageMetric_Name(key.metric()), "USAGE_METRIC_", id);
    if (key.product().empty()) return;
    *id += '/';
    AppendPart(key.product(), id);
  }

  void AddFacets(const v1::EntryKey& key, Facets* facets) const override {
    facets->insert(Facet("company", key.usage().company()));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    EarliestDay first;
    for (const v1::UsageReading& reading : entry.usage().readings()) first.Add(reading.as_of());
    return first.day();
  }
};

}  // namespace

const EntryKind& UsageEntries() {
  static const Usage kind;
  return kind;
}

}  // namespace chipline::kinds
