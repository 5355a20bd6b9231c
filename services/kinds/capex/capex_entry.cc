#include <string>

#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

class Capex final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& entry, std::string* id) const override {
    const v1::CapexKey& key = entry.capex();
    AppendPart(Joined(key.companies()), id);
    *id += '/';
    AppendWord(v1::CapexScope_Name(key.scope()), "CAPEX_SCOPE_", id);
    *id += '/';
    AppendPart(key.period(), id);
    *id += '/';
    AppendWord(v1::Accounting_Name(key.accounting()), "ACCOUNTING_", id);
    *id += '/';
    AppendWord(v1::BasisClass_Name(key.basis_class()), "BASIS_CLASS_", id);
    if (key.period_kind() == v1::PERIOD_KIND_FISCAL) AppendFurther("kind", "fiscal", id);
    AppendFurther("text", key.scope_text(), id);
    AppendFurther("definition", key.definition(), id);
    AppendFurther("suppliers", Joined(key.suppliers()), id);
    AppendFurther("region", key.region(), id);
    AppendFurther("claim", key.claim_event_id(), id);
  }

  void AddFacets(const v1::EntryKey& key, Facets* facets) const override {
    for (const auto& company : key.capex().companies()) facets->insert(Facet("company", company));
    for (const auto& id : key.capex().suppliers()) facets->insert(Facet("supplier", id));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    EarliestDay first;
    first.Add(entry.capex().valid_from());
    return first.day();
  }
};

}  // namespace

const EntryKind& CapexEntries() {
  static const Capex kind;
  return kind;
}

}  // namespace chipline::kinds
