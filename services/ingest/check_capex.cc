#include "services/ingest/check_dates.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_values.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {

void CheckCapex(v1::CapexAnnouncement& capex, const FieldPath& path, Review& review) {
  CheckKnownFields(capex, path, review);
  CheckRefs(capex.companies(), 1, limits::kMaxParties, path, "companies", review);
  RequireEnum<v1::CapexScope_IsValid>(capex.scope(), path / "scope", review);
  if (capex.scope() == v1::CAPEX_SCOPE_OTHER && capex.scope_text().empty()) {
    ReportMissing(path / "scope_text", "with CAPEX_SCOPE_OTHER it says what the money is for",
                  review);
  }
  CheckText(capex.definition(), limits::kMaxKeyBytes, path / "definition", review);
  CheckRefs(capex.suppliers(), 0, limits::kMaxParties, path, "suppliers", review);
  if (capex.has_region()) CheckRef(capex.region(), path / "region", review);
  if (capex.has_period()) CompletePeriod(*capex.mutable_period(), path / "period", review);
  RequireEnum<v1::CapexBasis_IsValid>(capex.basis(), path / "basis", review);
  if (capex.basis() == v1::CAPEX_BASIS_ONGOING && capex.has_period()) {
    review.Report(path / "period",
                  "is set with CAPEX_BASIS_ONGOING, which is spending with no period; "
                  "leave it out, or choose the basis of a figure for a period");
  }
  if (capex.has_amount()) CheckAmount(capex.amount(), path / "amount", review);
  if (capex.has_growth_on_year()) {
    CheckGrowth(capex.growth_on_year(), path / "growth_on_year", review);
  }
  if (capex.has_share_of()) CheckShare(capex.share_of(), path / "share_of", review);
  RequireEnum<v1::Accounting_IsValid>(capex.accounting(), path / "accounting", review);
  CheckWording(capex, path, review);
}

}  // namespace chipline::ingest
