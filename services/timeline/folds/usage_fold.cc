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
    : rows_(rows), effects_(effects), revisions_(rows, effects) {
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].own && effects[row].standing != pb::STANDING_STANDING) NoteEnded(row);
  }
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row);
}

UsageFold::Day UsageFold::DayOf(size_t row) const {
  const pb::Date& of = UsageOf(rows_[row]).as_of();
  return {of.earliest(), of.latest().empty(), of.latest()};
}

void UsageFold::NoteEnded(size_t row) {
  auto candidate = CandidateOf(rows_[row], effects_[row], UsageOf(rows_[row]).value());
  if (candidate) ended_[DayOf(row)].push_back(*std::move(candidate));
}

void UsageFold::TakeUp(size_t row) {
  if (!rows_[row].own || effects_[row].standing != pb::STANDING_STANDING) return;
  const pb::UsageReport& report = UsageOf(rows_[row]);
  const auto [at, first] = days_.try_emplace(DayOf(row));
  DayClaims& day = at->second;
  if (first) {
    day.of = &report.as_of();
    if (const auto ended = ended_.find(at->first); ended != ended_.end()) {
      for (const Candidate& each : ended->second) day.candidates.AddEnded(each);
    }
  }
  if (auto candidate = CandidateOf(rows_[row], effects_[row], report.value())) {
    day.candidates.Add(*std::move(candidate));
  } else if (day.unstated.size() < size_t{kMaxShown}) {
    day.unstated.push_back(row);
  } else {
    ++day.more_unstated;
  }
  if (stale_.empty() || stale_.back() != &day) stale_.push_back(&day);
  day.stale = true;
}

void UsageFold::Settle(DayClaims* day) {
  const Selection selection = day->candidates.Select("a figure for this day");
  pb::UsageReading& reading = day->reading;
  reading.Clear();
  reading.set_agreement(selection.agreement);
  *reading.mutable_as_of() = *day->of;
  uint32_t omitted = selection.omitted + day->more_unstated;
  for (const Ranked& ranked : selection.ranked) {
    const pb::UsageReport& report = UsageOf(*ranked.lead().claim);
    const bool first = !reading.has_selected();
    if (first) *reading.mutable_as_of() = report.as_of();
    pb::QuantityFigure& figure = first ? *reading.mutable_selected() : *reading.add_alternatives();
    figure = QuantityFigureOf(ranked, report.value());
  }
  for (const size_t row : day->unstated) {
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
  revisions_.TakeFrom(&day->candidates);
  day->stale = false;
}

pb::UsageEntry UsageFold::Entry() {
  pb::UsageEntry entry;
  for (DayClaims* const stale : stale_) {
    if (stale->candidates.unsettled()) Settle(stale);
  }
  stale_.clear();
  auto day = days_.begin();
  if (days_.size() > size_t{kMaxReadings}) {
    day = std::prev(days_.end(), kMaxReadings);
    entry.set_readings_omitted(static_cast<uint32_t>(days_.size()) - kMaxReadings);
  }
  for (; day != days_.end(); ++day) {
    if (day->second.stale) Settle(&day->second);
    *entry.add_readings() = day->second.reading;
  }
  uint32_t omitted = 0;
  for (const Revisions::Revision& each : revisions_.Latest(&omitted)) {
    pb::QuantityFigure& figure = *entry.add_revisions();
    *figure.mutable_quantity() = UsageOf(*each.claim).value();
    *figure.mutable_grounds() = EndedGrounds(*each.claim, each.effect);
    *figure.mutable_claim() = SummaryOf(*each.claim, each.effect);
  }
  entry.set_revisions_omitted(omitted);
  return entry;
}

}  // namespace chipline::timeline
