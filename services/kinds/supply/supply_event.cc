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

void CheckSupply(v1::ChipSupply& supply, const FieldPath& path, Review& review) {
  CheckKnownFields(supply, path, review);
  if (supply.has_holder()) {
    CheckRef(supply.holder(), path / "holder", review);
  } else {
    ReportMissing(path / "holder", "who holds or makes the chips", review);
  }
  CheckRefs(supply.chips(), 1, limits::kMaxParties, path, "chips", review);
  RequireEnum<v1::SupplyMetric_IsValid>(supply.metric(), path / "metric", review);
  if (supply.has_quantity()) CheckChipQuantity(supply.quantity(), path / "quantity", review);
  if (supply.has_as_of()) CompleteDate(*supply.mutable_as_of(), path / "as_of", review);
  RequireEnum<v1::Modality_IsValid>(supply.modality(), path / "modality", review);
  if (supply.has_customer()) CheckRef(supply.customer(), path / "customer", review);
  if (supply.has_change()) CheckGrowth(supply.change(), path / "change", review);
  CheckWording(supply, path, review);
}

class Supply final : public PayloadKind<v1::ChipSupply, &v1::Event::chip_supply> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    CheckSupply(*event.mutable_chip_supply(), path / "chip_supply", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    const v1::ChipSupply& supply = Of(event);
    namer.Token(kCompany, supply.holder());
    namer.Token(kChip, supply.chips());
    if (supply.has_customer()) namer.Mention(kCompany, supply.customer());
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    const v1::ChipSupply& supply = Of(event);
    names.Add(supply.holder());
    names.Add(supply.chips());
    names.Add(supply.customer());
  }

  bool AnyConcerned(const v1::Event& event,
                    absl::FunctionRef<bool(const v1::Ref&)> is) const override {
    return is(Of(event).holder());
  }

  bool State(const v1::Event& event, const NamesAt& names, Statement& said) const override {
    const v1::ChipSupply& supply = Of(event);
    said.Add(names.Company(supply.holder()));
    said.Add(names.Chips(supply.chips()));
    said.AddNumber(supply.metric());
    said.AddNumber(supply.modality());
    said.Add(supply.quantity());
    said.Add(supply.as_of());
    said.Add(supply.has_customer() ? names.Company(supply.customer()) : "");
    return true;
  }

  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    return SupplyKeysOf(names.Chips(Of(recorded.event()).chips()));
  }

  void AddFacets(const v1::EntryKey&, const v1::Event& event, const NamesAt& names,
                 Facets* facets) const override {
    const v1::ChipSupply& supply = Of(event);
    facets->insert(Facet("holder", names.Company(supply.holder())));
    if (supply.has_customer()) {
      facets->insert(Facet("customer", names.Company(supply.customer())));
    }
  }
};

}  // namespace

const EventKind& SupplyEvents() {
  static const Supply kind;
  return kind;
}

}  // namespace chipline::kinds
