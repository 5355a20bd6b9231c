#include "services/ingest/check_dates.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_values.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {

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

}  // namespace chipline::ingest
