#include <string_view>

#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/field_limits.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
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

std::string_view MetricToken(v1::UsageMetric metric) {
  switch (metric) {
    case v1::USAGE_METRIC_TOKENS_PER_DAY:
      return "tokens-per-day";
    case v1::USAGE_METRIC_MONTHLY_ACTIVE_USERS:
      return "monthly-active-users";
    default:
      return "";
  }
}

class Usage final : public PayloadKind<v1::UsageReport, &v1::Event::usage_report> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    CheckUsage(*event.mutable_usage_report(), path / "usage_report", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    namer.Token(kCompany, Of(event).company());
    namer.Literal(MetricToken(Of(event).metric()));
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    names.Add(Of(event).company());
  }

  bool AnyConcerned(const v1::Event& event,
                    absl::FunctionRef<bool(const v1::Ref&)> is) const override {
    return is(Of(event).company());
  }

  bool State(const v1::Event& event, const NamesAt&, Statement& said) const override {
    said.Add(Of(event).as_of());
    said.Add(Of(event).value());
    return true;
  }

  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    const v1::UsageReport& usage = Of(recorded.event());
    v1::EntryKey entry;
    v1::UsageKey& key = *entry.mutable_usage();
    key.set_company(names.Company(usage.company()));
    key.set_product(usage.product());
    key.set_metric(usage.metric());
    return {std::move(entry)};
  }
};

}  // namespace

const EventKind& UsageEvents() {
  static const Usage kind;
  return kind;
}

}  // namespace chipline::kinds
