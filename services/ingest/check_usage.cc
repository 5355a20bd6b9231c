#include "fmt/format.h"
#include "services/ingest/check_dates.h"
#include "services/ingest/check_payloads.h"
#include "services/ingest/check_values.h"
#include "services/ingest/field_limits.h"

namespace chipline::ingest {
namespace {

// The unit that a metric is counted in; UNSPECIFIED for a metric that is refused.
v1::Unit UnitOf(v1::UsageMetric metric) {
  switch (metric) {
    case v1::USAGE_METRIC_TOKENS_PER_DAY:
      return v1::UNIT_TOKEN;
    case v1::USAGE_METRIC_MONTHLY_ACTIVE_USERS:
      return v1::UNIT_USER;
    default:
      return v1::UNIT_UNSPECIFIED;
  }
}

}  // namespace

void CheckUsage(v1::UsageReport& usage, const FieldPath& path, Review& review) {
  CheckKnownFields(usage, path, review);
  if (usage.has_company()) {
    CheckRef(usage.company(), path / "company", review);
  } else {
    ReportMissing(path / "company", "whose models are used", review);
  }
  CheckText(usage.product(), limits::kMaxKeyBytes, path / "product", review);
  RequireEnum<v1::UsageMetric_IsValid>(usage.metric(), path / "metric", review);
  if (usage.has_value()) {
    CheckQuantity(usage.value(), path / "value", review);
    const v1::Unit unit = UnitOf(usage.metric());
    const v1::Unit sent = usage.value().unit();
    if (unit != v1::UNIT_UNSPECIFIED && sent != unit && sent != v1::UNIT_UNSPECIFIED &&
        v1::Unit_IsValid(sent)) {
      const FieldPath value = path / "value";
      review.Report(value / "unit",
                    fmt::format("is {}, but {} is counted in {}", v1::Unit_Name(sent),
                                v1::UsageMetric_Name(usage.metric()), v1::Unit_Name(unit)));
    }
  } else {
    ReportMissing(path / "value", "how much", review);
  }
  if (usage.has_as_of()) {
    CompleteDate(*usage.mutable_as_of(), path / "as_of", review);
  } else {
    ReportMissing(path / "as_of", "when it was so", review);
  }
  CheckWording(usage, path, review);
}

}  // namespace chipline::ingest
