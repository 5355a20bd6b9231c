#include "services/ingest/check_dates.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_values.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {
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

}  // namespace

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

}  // namespace chipline::ingest
