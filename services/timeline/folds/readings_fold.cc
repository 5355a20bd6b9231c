#include "services/timeline/folds/readings_fold.h"

#include <iterator>
#include <string_view>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void Set(const pb::Quantity& stated, pb::QuantityFigure* figure) {
  *figure->mutable_quantity() = stated;
}
void Set(const pb::Amount& stated, pb::AmountFigure* figure) { *figure->mutable_amount() = stated; }

pb::QuantityFigure FigureOf(const Ranked& ranked, const pb::Quantity& stated) {
  return QuantityFigureOf(ranked, stated);
}
pb::AmountFigure FigureOf(const Ranked& ranked, const pb::Amount& stated) {
  return AmountFigureOf(ranked, stated);
}

}  // namespace

template <typename Of>
ReadingsFold<Of>::ReadingsFold(const Rows& rows, const Effects& effects)
    : rows_(rows), effects_(effects), revisions_(rows, effects) {
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].own && effects[row].standing != pb::STANDING_STANDING) NoteEnded(row);
  }
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row);
}

template <typename Of>
typename ReadingsFold<Of>::Day ReadingsFold<Of>::DayOf(size_t row) const {
  const pb::Date& of = Of::Day(rows_[row]);
  return {of.earliest(), of.latest().empty(), of.latest()};
}

template <typename Of>
void ReadingsFold<Of>::NoteEnded(size_t row) {
  auto candidate = CandidateOf(rows_[row], effects_[row], Of::Stated(rows_[row]));
  if (candidate) ended_[DayOf(row)].push_back(*std::move(candidate));
}

template <typename Of>
void ReadingsFold<Of>::TakeUp(size_t row) {
  if (!rows_[row].own || effects_[row].standing != pb::STANDING_STANDING) return;
  const auto [at, first] = days_.try_emplace(DayOf(row));
  DayClaims& day = at->second;
  if (first) {
    day.of = &Of::Day(rows_[row]);
    if (const auto ended = ended_.find(at->first); ended != ended_.end()) {
      for (const Candidate& each : ended->second) day.candidates.AddEnded(each);
    }
  }
  if (auto candidate = CandidateOf(rows_[row], effects_[row], Of::Stated(rows_[row]))) {
    day.candidates.Add(*std::move(candidate));
  } else if (day.unstated.size() < size_t{kMaxShown}) {
    day.unstated.push_back(row);
  } else {
    ++day.more_unstated;
  }
  if (stale_.empty() || stale_.back() != &day) stale_.push_back(&day);
  day.stale = true;
}

template <typename Of>
void ReadingsFold<Of>::Settle(DayClaims* day) {
  const Selection selection = day->candidates.Select(pb::REASON_KIND_ONLY_FIGURE_OF_DAY);
  typename Of::Reading& reading = day->reading;
  reading.Clear();
  reading.set_agreement(selection.agreement);
  *reading.mutable_as_of() = *day->of;
  uint32_t omitted = selection.omitted + day->more_unstated;
  for (const Ranked& ranked : selection.ranked) {
    const Claim& lead = *ranked.lead().claim;
    const bool first = !reading.has_selected();
    if (first) *reading.mutable_as_of() = Of::Day(lead);
    typename Of::Figure& figure = first ? *reading.mutable_selected() : *reading.add_alternatives();
    figure = FigureOf(ranked, Of::Stated(lead));
  }
  for (const size_t row : day->unstated) {
    if (reading.alternatives_size() >= kMaxShown) {
      ++omitted;
      continue;
    }
    typename Of::Figure& figure = *reading.add_alternatives();
    Set(Of::Stated(rows_[row]), &figure);
    *figure.mutable_grounds() =
        GroundsOf({rows_[row].event_id()}, rules::kNoFigure, ReasonOf(Of::kUnstated), false);
    *figure.mutable_claim() = SummaryOf(rows_[row], effects_[row]);
  }
  reading.set_alternatives_omitted(omitted);
  revisions_.TakeFrom(&day->candidates);
  day->stale = false;
}

template <typename Of>
typename Of::Entry ReadingsFold<Of>::Get() {
  typename Of::Entry entry;
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
    typename Of::Figure& figure = *entry.add_revisions();
    Set(Of::Stated(*each.claim), &figure);
    *figure.mutable_grounds() = EndedGrounds(*each.claim, each.effect);
    *figure.mutable_claim() = SummaryOf(*each.claim, each.effect);
  }
  entry.set_revisions_omitted(omitted);
  return entry;
}

template class ReadingsFold<UsageReadings>;
template class ReadingsFold<PriceReadings>;

}  // namespace chipline::timeline
