#include "services/timeline/folds/stage_at_day.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/timeline/folds/count_words.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/stage_readings.h"
#include "services/timeline/folds/valid_axis.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Figures = std::vector<pb::QuantityFigure>;

// A count in the unit that counts are compared in.
struct Counted {
  std::optional<Range> range;
  std::string_view unit;
};

Counted CountedOf(const pb::QuantityFigure& figure) {
  if (const auto chips = InChips(figure.quantity())) return {chips, pb::Unit_Name(pb::UNIT_CHIP)};
  return {RangeOf(figure.quantity()), pb::Unit_Name(figure.quantity().unit())};
}

DaySpan DaysOf(const pb::StageReading& reading) {
  return SpanOf(reading.stage_date()).value_or(DaySpan{});
}

// What one more count, which fits the selected one or not, makes of the agreement.
void Weigh(bool fits, pb::StageLedger* stage) {
  if (!fits) {
    stage->set_agreement(pb::AGREEMENT_CONFLICTING);
  } else if (stage->agreement() == pb::AGREEMENT_SINGLE) {
    stage->set_agreement(pb::AGREEMENT_AGREEING);
  }
}

void ShowBeside(const pb::QuantityFigure& figure, pb::StageLedger* stage) {
  pb::QuantityFigure* const shown = AddAlternative(stage);
  if (shown != nullptr) *shown = figure;
}

void ClearCounts(pb::StageLedger* stage) {
  stage->clear_selected();
  stage->clear_chips();
  stage->clear_alternatives();
  stage->clear_alternatives_omitted();
  stage->clear_stage_date();
  stage->set_agreement(pb::AGREEMENT_NO_VALUE);
}

// Another reading beside the one that is shown: an earlier one, which that includes, or one that
// may be of the same day.
void AddReading(const pb::StageReading& other, const pb::StageReading& shown,
                pb::StageLedger* stage) {
  const Counted count = CountedOf(other.selected());
  const Counted selected = CountedOf(shown.selected());
  if (!count.range || !selected.range) return;
  pb::QuantityFigure figure = other.selected();
  const bool earlier = DaysOf(other).latest < DaysOf(shown).earliest;
  const bool fits = earlier ? FitsBefore(*count.range, count.unit, *selected.range, selected.unit)
                            : count.unit == selected.unit && Agree(*count.range, *selected.range);
  if (earlier) MarkEarlier(fits, &figure);
  figure.set_agrees(fits);
  // An earlier one that fits is no second opinion.
  if (count.unit == selected.unit && !(earlier && fits)) Weigh(fits, stage);
  ShowBeside(figure, stage);
}

// What the readings up to the day say. False if there is none.
bool KeepReadings(CivilDay day, pb::StageLedger* stage) {
  auto& readings = *stage->mutable_readings();
  const auto later = std::find_if(readings.begin(), readings.end(), [&](const auto& reading) {
    return day < DaysOf(reading).latest;
  });
  readings.erase(later, readings.end());
  ClearCounts(stage);
  // What is left out may hold what was asked for.
  if (readings.empty()) return stage->readings_omitted() > 0;
  int last = readings.size() - 1;
  while (last > 0 && !readings[last].has_selected()) --last;
  if (!readings[last].has_selected()) last = readings.size() - 1;
  const pb::StageReading& shown = readings[last];
  *stage->mutable_stage_date() = shown.stage_date();
  stage->set_agreement(shown.agreement());
  *stage->mutable_alternatives() = shown.alternatives();
  stage->set_alternatives_omitted(shown.alternatives_omitted());
  if (!shown.has_selected()) return true;
  *stage->mutable_selected() = shown.selected();
  if (shown.has_chips()) {
    *stage->mutable_chips() = shown.chips();
  } else if (shown.selected().quantity().unit() == pb::UNIT_CHIP) {
    *stage->mutable_chips() = shown.selected();
  }
  for (int i = last - 1; i >= 0; --i) {
    if (readings[i].has_selected()) AddReading(readings[i], shown, stage);
  }
  return true;
}

// The figure in chips, if that is known.
std::optional<pb::QuantityFigure> FigureInChips(pb::QuantityFigure figure) {
  if (figure.quantity().unit() == pb::UNIT_CHIP) return figure;
  const std::optional<Range> chips = InChips(figure.quantity());
  if (!chips) return std::nullopt;
  *figure.mutable_quantity() = QuantityOf(*chips, pb::UNIT_CHIP);
  figure.mutable_grounds()->set_rule(std::string(rules::kUnitsPer));
  figure.mutable_grounds()->set_derived(true);
  return figure;
}

// Selects the figure of an undated stage, which was not selected among more claims.
void SelectPublished(pb::QuantityFigure figure, pb::StageLedger* stage) {
  figure.set_agrees(true);
  figure.mutable_grounds()->set_rule(std::string(rules::kPublicByDay));
  SetReason(ReasonOf(pb::REASON_KIND_PUBLIC_BY_DAY), figure.mutable_grounds());
  stage->set_agreement(pb::AGREEMENT_SINGLE);
  if (const auto chips = FigureInChips(figure)) *stage->mutable_chips() = *chips;
  *stage->mutable_selected() = std::move(figure);
}

// What was public by the day of a stage of which no claim states a day. False if nothing was.
bool KeepPublished(const std::string& day, const std::string& latest_claim,
                   pb::StageLedger* stage) {
  Figures figures(stage->alternatives().begin(), stage->alternatives().end());
  if (stage->has_selected()) figures.insert(figures.begin(), stage->selected());
  // Of a stage without a count it is not said which of the order's claims it is from.
  if (figures.empty()) return latest_claim <= day;
  const auto later = [&](const pb::QuantityFigure& figure) {
    return figure.claim().published() > day;
  };
  if (std::none_of(figures.begin(), figures.end(), later)) return true;
  ClearCounts(stage);
  std::erase_if(figures, later);
  if (figures.empty()) return false;
  const Counted selected = CountedOf(figures.front());
  auto figure = figures.begin();
  if (selected.range) SelectPublished(*figure++, stage);
  for (; figure != figures.end(); ++figure) {
    const Counted count = CountedOf(*figure);
    const bool comparable = selected.range && count.range && count.unit == selected.unit;
    figure->set_agrees(comparable && Agree(*count.range, *selected.range));
    if (comparable) Weigh(figure->agrees(), stage);
    ShowBeside(*figure, stage);
  }
  return true;
}

}  // namespace

void KeepStagesReachedBy(CivilDay day, pb::ChipOrderEntry* order) {
  std::string latest_claim;
  for (const pb::ClaimSummary& claim : order->claims()) {
    latest_claim = std::max(latest_claim, claim.published());
  }
  auto& stages = *order->mutable_stages();
  const auto gone = std::remove_if(stages.begin(), stages.end(), [&](pb::StageLedger& stage) {
    const bool dated = stage.readings_size() > 0 || stage.readings_omitted() > 0;
    return !(dated ? KeepReadings(day, &stage) : KeepPublished(day.Format(), latest_claim, &stage));
  });
  stages.erase(gone, stages.end());
}

}  // namespace chipline::timeline
