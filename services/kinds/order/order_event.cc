#include <algorithm>

#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"
#include "services/values/subject_token.h"

namespace chipline::kinds {
namespace {

void CheckGate(const v1::OrderGate& gate, const FieldPath& path, Review& review) {
  CheckKnownFields(gate, path, review);
  if (gate.has_jurisdiction()) {
    CheckRef(gate.jurisdiction(), path / "jurisdiction", review);
  } else {
    ReportMissing(path / "jurisdiction", "whose gate it is", review);
  }
  RequireEnum<v1::GateKind_IsValid>(gate.gate(), path / "gate", review);
  RequireEnum<v1::GateState_IsValid>(gate.state(), path / "state", review);
  if (gate.has_quantity()) CheckChipQuantity(gate.quantity(), path / "quantity", review);
  CheckText(gate.text(), limits::kMaxTextBytes, path / "text", review);
}

void CheckParties(const v1::ChipOrder& order, const FieldPath& path, Review& review) {
  CheckRefs(order.buyers(), 1, limits::kMaxParties, path, "buyers", review);
  if (order.has_supplier()) {
    CheckRef(order.supplier(), path / "supplier", review);
  } else {
    ReportMissing(path / "supplier", "who sells", review);
  }
  CheckRefs(order.chips(), 1, limits::kMaxParties, path, "chips", review);
  if (order.has_destination()) {
    CheckRef(order.destination(), path / "destination", review);
  } else if (order.destination_inferred()) {
    ReportMissing(path / "destination",
                  "destination_inferred says that it was concluded; give it, or leave the flag out",
                  review);
  }
}

void CheckOrder(v1::ChipOrder& order, const FieldPath& path, Review& review) {
  CheckKnownFields(order, path, review);
  CheckText(order.order_id(), limits::kMaxKeyBytes, path / "order_id", review);
  CheckParties(order, path, review);
  if (order.has_quantity()) CheckChipQuantity(order.quantity(), path / "quantity", review);
  if (order.has_unit_price()) CheckAmount(order.unit_price(), path / "unit_price", review);
  if (order.has_total()) CheckAmount(order.total(), path / "total", review);
  RequireEnum<v1::OrderStage_IsValid>(order.stage(), path / "stage", review);
  RequireEnum<v1::Modality_IsValid>(order.modality(), path / "modality", review);
  if (order.has_stage_date()) {
    CompleteDate(*order.mutable_stage_date(), path / "stage_date", review);
  }
  if (order.has_for_period()) {
    CompletePeriod(*order.mutable_for_period(), path / "for_period", review);
  }
  CheckCount(order.gates_size(), 0, limits::kMaxGates, path / "gates", review);
  for (int i = 0; i < order.gates_size(); ++i) {
    CheckGate(order.gates(i), path.At("gates", i), review);
  }
  if (order.has_share_of()) CheckShare(order.share_of(), path / "share_of", review);
  CheckWording(order, path, review);
}

class Order final : public PayloadKind<v1::ChipOrder, &v1::Event::chip_order> {
 public:
  void Check(v1::Event& event, const FieldPath& event_path, Review& review) const override {
    const FieldPath path = event_path / "chip_order";
    CheckOrder(*event.mutable_chip_order(), path, review);
    CheckWhole(event, Of(event).share_of(), path, review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    const v1::ChipOrder& order = Of(event);
    namer.Token(kCompany, order.buyers());
    namer.Literal(order.order_id().empty() ? HashToken(event.event_id())
                                           : SubjectToken(order.order_id()));
    namer.Mention(kCompany, order.supplier());
    namer.Mentions(kChip, order.chips());
    if (order.has_destination()) namer.Mention(kPlace, order.destination());
    for (const v1::OrderGate& gate : order.gates()) namer.Mention(kPlace, gate.jurisdiction());
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    const v1::ChipOrder& order = Of(event);
    names.Add(order.buyers());
    names.Add(order.supplier());
    names.Add(order.chips());
    names.Add(order.destination());
    names.Add(order.unit_price());
    names.Add(order.total());
    for (const v1::OrderGate& gate : order.gates()) names.Add(gate.jurisdiction());
  }

  bool AnyConcerned(const v1::Event& event,
                    absl::FunctionRef<bool(const v1::Ref&)> is) const override {
    const v1::ChipOrder& order = Of(event);
    return std::any_of(order.buyers().begin(), order.buyers().end(), is) || is(order.supplier());
  }

  bool State(const v1::Event& event, const NamesAt& names, Statement& said) const override {
    const v1::ChipOrder& order = Of(event);
    said.Add(names.Companies(order.buyers()));
    said.Add(names.Company(order.supplier()));
    said.Add(names.Chips(order.chips()));
    said.AddNumber(order.stage());
    said.AddNumber(order.modality());
    said.Add(order.quantity());
    said.Add(order.unit_price());
    said.Add(order.total());
    said.Add(order.stage_date());
    said.Add(order.for_period());
    for (const v1::OrderGate& gate : order.gates()) {
      said.Add(names.Place(gate.jurisdiction()));
      said.AddNumber(gate.gate());
      said.AddNumber(gate.state());
    }
    return true;
  }

  // A claim in the order's entry, and in the supply of each chip.
  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    std::vector<v1::EntryKey> keys = SupplyKeysOf(names.Chips(Of(recorded.event()).chips()));
    keys.emplace_back().mutable_chip_order()->set_order(OrderSubject(recorded, names));
    return keys;
  }

  void AddFacets(const v1::EntryKey& key, const v1::Event& event, const NamesAt& names,
                 Facets* facets) const override {
    if (!key.has_chip_order()) return;
    const v1::ChipOrder& order = Of(event);
    AddCompanies("buyer", order.buyers(), names, facets);
    if (order.has_supplier()) facets->insert(Facet("supplier", names.Company(order.supplier())));
    for (const v1::Ref& chip : order.chips()) facets->insert(Facet("chip", names.Chip(chip)));
  }
};

}  // namespace

const EventKind& OrderEvents() {
  static const Order kind;
  return kind;
}

std::string OrderSubject(const v1::RecordedEvent& event, const NamesAt& names) {
  const std::string& recorded = event.subject();
  const size_t dot = recorded.rfind('.');
  if (dot == std::string::npos) return recorded;
  std::string subject = "order.";
  subject += JoinTokens(names.Companies(event.event().chip_order().buyers()));
  subject.append(recorded, dot);
  return subject;
}

}  // namespace chipline::kinds
