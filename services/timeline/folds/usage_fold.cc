#include "services/timeline/folds/usage_fold.h"

#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Orders readings in time: an open start goes first, an open end last.
using Day = std::tuple<std::string, bool, std::string>;

Day DayOf(const pb::Date& date) { return {date.earliest(), date.latest().empty(), date.latest()}; }

const pb::UsageReport& UsageOf(const Claim& claim) { return claim.event.event().usage_report(); }

// What stands of one day.
struct DayClaims {
  std::vector<Candidate> candidates;
  // Rows that state no number ("hundreds of millions").
  std::vector<size_t> unstated;
};

pb::UsageReading ReadingOf(DayClaims day, const std::vector<Claim>& rows,
                           const std::vector<Effect>& effects) {
  const Selection selection = Select(std::move(day.candidates));
  pb::UsageReading reading;
  reading.set_agreement(selection.agreement);
  for (size_t i = 0; i < selection.ranked.size() && i <= size_t{kMaxShown}; ++i) {
    const Ranked& ranked = selection.ranked[i];
    const pb::UsageReport& report = UsageOf(*ranked.lead.claim);
    if (i == 0) *reading.mutable_as_of() = report.as_of();
    pb::QuantityFigure& figure = i == 0 ? *reading.mutable_selected() : *reading.add_alternatives();
    figure = QuantityFigureOf(ranked, report.value());
  }
  for (const size_t row : day.unstated) {
    if (!reading.has_as_of()) *reading.mutable_as_of() = UsageOf(rows[row]).as_of();
    if (reading.alternatives_size() >= kMaxShown) break;
    pb::QuantityFigure& figure = *reading.add_alternatives();
    *figure.mutable_quantity() = UsageOf(rows[row]).value();
    *figure.mutable_grounds() = GroundsOf({rows[row].event_id()}, rules::kNoFigure,
                                          "It states a count without a number.", false);
    *figure.mutable_claim() = SummaryOf(rows[row], effects[row]);
  }
  return reading;
}

}  // namespace

pb::UsageEntry FoldUsage(const std::vector<Claim>& rows) {
  const std::vector<Effect> effects = ResolveLinks(rows);
  std::map<Day, DayClaims> days;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].own || effects[i].standing != pb::STANDING_STANDING) continue;
    const pb::UsageReport& report = UsageOf(rows[i]);
    DayClaims& day = days[DayOf(report.as_of())];
    if (auto candidate = CandidateOf(rows[i], effects[i], report.value())) {
      day.candidates.push_back(*std::move(candidate));
    } else {
      day.unstated.push_back(i);
    }
  }
  pb::UsageEntry entry;
  auto day = days.begin();
  if (days.size() > size_t{kMaxReadings}) {
    std::advance(day, static_cast<std::ptrdiff_t>(days.size()) - kMaxReadings);
  }
  for (; day != days.end(); ++day) {
    *entry.add_readings() = ReadingOf(std::move(day->second), rows, effects);
  }
  for (const size_t row : EndedRows(rows, effects)) {
    pb::QuantityFigure& figure = *entry.add_revisions();
    *figure.mutable_quantity() = UsageOf(rows[row]).value();
    *figure.mutable_grounds() = EndedGrounds(rows[row], effects[row]);
    *figure.mutable_claim() = SummaryOf(rows[row], effects[row]);
  }
  return entry;
}

}  // namespace chipline::timeline
