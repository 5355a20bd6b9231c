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
  const bool doubted = doubt.has_value() && doubt->from <= day && day < doubt->to;
  return doubted ? Presence::kPossible : Presence::kCertain;
}

void Course::AddBoundaries(std::vector<CivilDay>& boundaries) const {
  boundaries.push_back(start.earliest);
  boundaries.push_back(start.latest);
  if (end) boundaries.insert(boundaries.end(), {end->earliest, end->latest});
  if (doubt) boundaries.insert(boundaries.end(), {doubt->from, doubt->to});
}

CivilDay Course::First() const {
  CivilDay first = start.earliest;
  if (end) first = std::min(first, end->earliest);
  if (doubt) first = std::min(first, doubt->from);
  return first;
}

CivilDay Course::Last() const {
  CivilDay last = start.latest;
  if (end) last = std::max(last, end->latest);
  if (doubt) last = std::max(last, doubt->to);
  return last;
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
