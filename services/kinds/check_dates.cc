#include "services/kinds/check_dates.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "fmt/format.h"
#include "services/kinds/field_limits.h"
#include "services/values/civil_day.h"
#include "services/values/edtf.h"

namespace chipline::kinds {
namespace {

void ReportStatus(const absl::Status& status, const FieldPath& path, Review& review) {
  const auto message = status.message();
  review.Report(path, std::string(message.data(), message.size()));
}

// Sets `*sent` to the day (empty: an open end), or finds that something else was sent.
void CompleteDay(std::string computed, std::string* sent, const FieldPath& path, Review& review) {
  if (sent->empty()) {
    *sent = std::move(computed);
  } else if (*sent != computed) {
    review.Report(
        path,
        fmt::format("is {}, but edtf gives {}; leave it out, the server computes it", Quoted(*sent),
                    computed.empty() ? "an open end, which is empty" : computed));
  }
}

std::optional<CivilDay> ReadDay(const std::string& text, const FieldPath& path, Review& review) {
  const auto day = CivilDay::Parse(text);
  if (day.ok()) return *day;
  review.Report(path, std::string(day.status().message()));
  return std::nullopt;
}

void CompleteCalendar(v1::Period& period, const FieldPath& path, Review& review) {
  if (!period.fiscal_label().empty()) {
    review.Report(path / "fiscal_label",
                  "is set on a calendar period; leave it out, or set kind to "
                  "PERIOD_KIND_FISCAL");
  }
  if (period.edtf().empty()) {
    ReportMissing(path / "edtf", "a period such as 2026, 2024-40 or 2024/2026", review);
    return;
  }
  const auto range = ParsePeriod(period.edtf());
  if (!range.ok()) {
    ReportStatus(range.status(), path / "edtf", review);
    return;
  }
  CompleteDay(range->start.Format(), period.mutable_start(), path / "start", review);
  CompleteDay(range->end.Format(), period.mutable_end(), path / "end", review);
}

void CheckFiscal(const v1::Period& period, const FieldPath& path, Review& review) {
  RequireText(period.fiscal_label(), limits::kMaxKeyBytes, path / "fiscal_label", review);
  if (!period.edtf().empty()) {
    const auto range = ParsePeriod(period.edtf());
    if (!range.ok()) ReportStatus(range.status(), path / "edtf", review);
  }
  if (period.start().empty() && period.end().empty()) return;
  if (period.start().empty() || period.end().empty()) {
    ReportMissing(path / (period.start().empty() ? "start" : "end"),
                  "a fiscal period states both start and end, or neither", review);
  }
  std::optional<CivilDay> start;
  std::optional<CivilDay> end;
  if (!period.start().empty()) start = ReadDay(period.start(), path / "start", review);
  if (!period.end().empty()) end = ReadDay(period.end(), path / "end", review);
  if (start && end && *start >= *end) {
    review.Report(path / "end",
                  fmt::format("is {}, not after start, which is {}; it is the day after "
                              "the last",
                              period.end(), period.start()));
  }
}

}  // namespace

void CompleteDate(v1::Date& date, const FieldPath& path, Review& review) {
  CheckKnownFields(date, path, review);
  CheckText(date.verbatim(), limits::kMaxVerbatimBytes, path / "verbatim", review);
  if (date.edtf().empty()) {
    ReportMissing(path / "edtf", "a day in EDTF such as 2024-08-15, 2024-08 or ../2024-08", review);
    return;
  }
  auto bounds = review.date_bounds.Of(date.edtf());
  if (!bounds.ok()) {
    ReportStatus(bounds.status(), path / "edtf", review);
    return;
  }
  CompleteDay(std::move(bounds->earliest), date.mutable_earliest(), path / "earliest", review);
  CompleteDay(std::move(bounds->latest), date.mutable_latest(), path / "latest", review);
}

void CompletePeriod(v1::Period& period, const FieldPath& path, Review& review) {
  CheckKnownFields(period, path, review);
  RequireEnum<v1::PeriodKind_IsValid>(period.kind(), path / "kind", review);
  if (period.kind() == v1::PERIOD_KIND_CALENDAR) CompleteCalendar(period, path, review);
  if (period.kind() == v1::PERIOD_KIND_FISCAL) CheckFiscal(period, path, review);
}

}  // namespace chipline::kinds
