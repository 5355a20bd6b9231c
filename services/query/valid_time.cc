#include "services/query/valid_time.h"

#include <algorithm>
#include <string>

#include "services/rpc/field_checks.h"
#include "services/timeline/folds/stage_at_day.h"
#include "services/values/civil_day.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

void CheckDay(const std::string& day, std::string_view field, Violations& bad) {
  const auto read = CivilDay::Parse(day);
  if (!read.ok()) bad.Add(field, std::string(read.status().message()));
}

// Days of four-digit years are in order as text.
bool Meets(const DaySpan& span, const std::string& from, const std::string& to) {
  return (span.to.empty() || from < span.to) && (to.empty() || span.from < to);
}

// The last day of a date is in it.
bool MayBeIn(const DaySpan& span, const v1::Date& date) {
  if (date.earliest().empty() && date.latest().empty()) return false;
  return (span.to.empty() || date.earliest() < span.to) &&
         (date.latest().empty() || span.from <= date.latest());
}

// None if the span has no end.
std::optional<CivilDay> LastDay(const DaySpan& span) {
  const auto end = CivilDay::Parse(span.to);
  return end.ok() ? std::optional(end->AddDays(-1)) : std::nullopt;
}

void ClearOrders(v1::ChipSupplyEntry* supply) {
  supply->clear_ordered();
  supply->clear_shortfall();
  supply->clear_shortfall_parts();
}

template <typename Element, typename Keep>
bool KeepThose(google::protobuf::RepeatedPtrField<Element>* elements, const Keep& keep) {
  const auto kept = std::remove_if(elements->begin(), elements->end(),
                                   [&](const Element& element) { return !keep(element); });
  elements->erase(kept, elements->end());
  return !elements->empty();
}

}  // namespace

absl::StatusOr<std::optional<DaySpan>> ReadValidTime(const v1::ValidTime& valid) {
  Violations bad;
  DaySpan span;
  switch (valid.at_case()) {
    case v1::ValidTime::kDay:
      CheckDay(valid.day(), "valid.day", bad);
      RETURN_IF_ERROR(bad.ToStatus());
      span.from = valid.day();
      span.to = CivilDay::Parse(valid.day())->AddDays(1).Format();
      break;
    case v1::ValidTime::kRange:
      span.from = valid.range().from();
      span.to = valid.range().to();
      if (!span.from.empty()) CheckDay(span.from, "valid.range.from", bad);
      if (!span.to.empty()) CheckDay(span.to, "valid.range.to", bad);
      if (!span.from.empty() && !span.to.empty() && span.from >= span.to) {
        bad.Add("valid.range", "is empty: `to` must be after `from`");
      }
      RETURN_IF_ERROR(bad.ToStatus());
      break;
    case v1::ValidTime::AT_NOT_SET:
      return std::optional<DaySpan>();
  }
  return std::optional<DaySpan>(std::move(span));
}

bool ClipToSpan(const DaySpan& span, v1::TimelineEntry* entry) {
  const auto interval_meets = [&](const auto& interval) {
    return Meets(span, interval.valid().from(), interval.valid().to());
  };
  const auto count_meets = [&](const auto& count) { return MayBeIn(span, count.as_of()); };
  switch (entry->state_case()) {
    case v1::TimelineEntry::kCapex: {
      const v1::CapexEntry& capex = entry->capex();
      return !capex.valid_from().empty() && Meets(span, capex.valid_from(), capex.valid_to());
    }
    case v1::TimelineEntry::kExportRule:
      KeepThose(entry->mutable_export_rule()->mutable_asked(), interval_meets);
      return KeepThose(entry->mutable_export_rule()->mutable_intervals(), interval_meets);
    case v1::TimelineEntry::kChipOrder:
      if (const auto last = LastDay(span)) {
        timeline::KeepStagesReachedBy(*last, entry->mutable_chip_order());
      }
      return KeepThose(entry->mutable_chip_order()->mutable_intervals(), interval_meets);
    case v1::TimelineEntry::kChipSupply:
      // What is ordered, and so what is missing, is as of all that is known.
      if (LastDay(span)) ClearOrders(entry->mutable_chip_supply());
      return KeepThose(entry->mutable_chip_supply()->mutable_holders(), count_meets);
    case v1::TimelineEntry::kUsage:
      return KeepThose(entry->mutable_usage()->mutable_readings(), count_meets);
    case v1::TimelineEntry::kPrice:
      return KeepThose(entry->mutable_price()->mutable_readings(), count_meets);
    case v1::TimelineEntry::STATE_NOT_SET:
      break;
  }
  return false;
}

}  // namespace chipline::query
