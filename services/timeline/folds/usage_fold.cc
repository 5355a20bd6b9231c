#include "services/timeline/folds/usage_fold.h"

#include <iterator>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

const pb::UsageReport& UsageOf(const Claim& claim) { return claim.event.event().usage_report(); }

}  // namespace

UsageFold::UsageFold(const Rows& rows, const Effects& effects)
    : rows_(rows), effects_(effects), ended_(EndedRowsOf(rows, effects)) {
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row);
}

void UsageFold::TakeUp(size_t row) {
  if (!rows_[row].own || effects_[row].standing != pb::STANDING_STANDING) return;
  const pb::UsageReport& report = UsageOf(rows_[row]);
  const pb::Date& of = report.as_of();
  DayClaims& day = days_[{of.earliest(), of.latest().empty(), of.latest()}];
  if (auto candidate = CandidateOf(rows_[row], effects_[row], report.value())) {
    day.candidates.Add(*std::move(candidate));
  } else if (day.unstated.size() < size_t{kMaxShown}) {
    day.unstated.push_back(row);
  } else {
    ++day.more_unstated;
  }
  day.stale = true;
}

void UsageFold::Settle(DayClaims* day) const {
  const Selection selection = day->candidates.Select("a figure for this day");
  pb::UsageReading& reading = day->reading;
  reading.Clear();
  reading.set_agreement(selection.agreement);
  uint32_t omitted = selection.omitted + day->more_unstated;
  for (const Ranked& ranked : selection.ranked) {
    const pb::UsageReport& report = UsageOf(*ranked.lead().claim);
    const bool first = !reading.has_selected();
    if (first) *reading.mutable_as_of() = report.as_of();
    pb::QuantityFigure& figure = first ? *reading.mutable_selected() : *reading.add_alternatives();
    figure = QuantityFigureOf(ranked, report.value());
  }
  for (const size_t row : day->unstated) {
    if (!reading.has_as_of()) *reading.mutable_as_of() = UsageOf(rows_[row]).as_of();
    if (reading.alternatives_size() >= kMaxShown) {
      ++omitted;
      continue;
    }
    pb::QuantityFigure& figure = *reading.add_alternatives();
    *figure.mutable_quantity() = UsageOf(rows_[row]).value();
    *figure.mutable_grounds() = GroundsOf({rows_[row].event_id()}, rules::kNoFigure,
                                          "It states a count without a number.", false);
    *figure.mutable_claim() = SummaryOf(rows_[row], effects_[row]);
  }
  reading.set_alternatives_omitted(omitted);
  day->stale = false;
}

pb::UsageEntry UsageFold::Entry() {
  pb::UsageEntry entry;
  auto day = days_.begin();
  if (days_.size() > size_t{kMaxReadings}) {
    day = std::prev(days_.end(), kMaxReadings);
    entry.set_readings_omitted(static_cast<uint32_t>(days_.size()) - kMaxReadings);
  }
  for (; day != days_.end(); ++day) {
    if (day->second.stale) Settle(&day->second);
    *entry.add_readings() = day->second.reading;
  }
  for (const size_t row : ended_.rows) {
    pb::QuantityFigure& figure = *entry.add_revisions();
    *figure.mutable_quantity() = UsageOf(rows_[row]).value();
    *figure.mutable_grounds() = EndedGrounds(rows_[row], effects_[row]);
    *figure.mutable_claim() = SummaryOf(rows_[row], effects_[row]);
  }
  entry.set_revisions_omitted(ended_.omitted);
  return entry;
}

}  // namespace chipline::timeline
