#include "services/timeline/folds/valid_axis.h"

#include <algorithm>

#include "services/values/edtf.h"

namespace chipline::timeline {

std::optional<DaySpan> SpanOf(const v1::Date& date) {
  if (date.edtf().empty()) return std::nullopt;
  const auto bounds = ParseDate(date.edtf());
  if (!bounds.ok()) return std::nullopt;
  return DaySpan{bounds->earliest.value_or(kDawn), bounds->latest.value_or(kNever)};
}

DaySpan Sooner(const DaySpan& a, const DaySpan& b) {
  return {std::min(a.earliest, b.earliest), std::min(a.latest, b.latest)};
}

Presence Course::At(CivilDay day) const {
  if (day < start.earliest) return Presence::kAbsent;
  if (end.has_value() && day >= end->latest) return Presence::kAbsent;
  if (day < start.latest) return Presence::kPossible;
  if (end.has_value() && day >= end->earliest) return Presence::kPossible;
  return Presence::kCertain;
}

void Course::AddBoundaries(std::vector<CivilDay>& boundaries) const {
  boundaries.push_back(start.earliest);
  boundaries.push_back(start.latest);
  if (!end.has_value()) return;
  boundaries.push_back(end->earliest);
  boundaries.push_back(end->latest);
}

v1::ValidInterval AxisPiece::ToProto() const {
  v1::ValidInterval interval;
  if (from != kDawn) interval.set_from(from.Format());
  if (to != kNever) interval.set_to(to.Format());
  return interval;
}

CivilDay DayOr(std::string_view text, CivilDay fallback) {
  const auto day = CivilDay::Parse(text);
  return day.ok() ? *day : fallback;
}

AxisPiece FromProto(const v1::ValidInterval& interval) {
  return {DayOr(interval.from(), kDawn), DayOr(interval.to(), kNever)};
}

}  // namespace chipline::timeline
