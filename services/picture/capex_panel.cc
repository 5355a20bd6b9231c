#include <fmt/format.h>

#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/picture/plot.h"
#include "services/words/enum_words.h"
#include "services/words/growth_words.h"
#include "services/words/number_words.h"
#include "services/words/reason_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {
namespace {

std::string FigureWords(const v1::AmountFigure& figure) {
  if (!figure.has_amount()) return "no figure";
  const Exactness exactness =
      figure.grounds().derived() ? Exactness::kRounded : Exactness::kAsStated;
  v1::Amount amount = figure.amount();
  amount.set_verbatim(Isolated(amount.verbatim()));
  return AmountWords(amount, exactness);
}

PlotPoint PointOf(const v1::AmountFigure& figure, Role role, const v1::CapexKey& key,
                  const Names& names) {
  PlotPoint point;
  point.first_day = point.last_day = DayOf(figure.claim().published());
  if (figure.has_amount()) point.figure = ExtentOf(figure.amount());
  point.role = role;
  point.fact = key.basis_class() == v1::BASIS_CLASS_ACTUAL;
  point.forecast = key.basis_class() == v1::BASIS_CLASS_FORWARD;
  const std::string basis = EnumWords(figure.basis());
  point.headline = FigureWords(figure);
  if (!basis.empty()) point.headline += fmt::format(" ({})", basis);
  if (figure.grounds().derived()) point.headline += ", computed";
  point.source = SourceText(figure.claim(), names);
  point.event_id = figure.claim().event_id();
  point.ended_by = figure.claim().ended_by();
  return point;
}

// Figures in another currency than the selected one have no place on its axis.
bool Comparable(const v1::AmountFigure& figure, const std::string& currency) {
  return figure.amount().currency() == currency;
}

Plot PlotOf(const v1::TimelineEntry& entry, const Names& names) {
  const v1::CapexEntry& capex = entry.capex();
  const v1::CapexKey& key = entry.key().capex();
  Plot plot;
  plot.days_are = "published";
  plot.unit = capex.selected().amount().currency();
  if (capex.has_selected()) {
    plot.points.push_back(PointOf(capex.selected(), Role::kChosen, key, names));
    plot.points.back().verdict = "selected";
  } else if (capex.revisions_size() > 0) {
    plot.unit = capex.revisions(0).amount().currency();
  }
  const auto add = [&](const v1::AmountFigure& figure, Role role, std::string verdict) {
    PlotPoint point = PointOf(figure, role, key, names);
    if (!Comparable(figure, plot.unit)) point.figure.reset();
    point.verdict = std::move(verdict);
    if (figure.claim().flagged()) point.verdict = "ten times the selected one: check the units";
    plot.points.push_back(std::move(point));
  };
  for (const v1::AmountFigure& figure : capex.alternatives()) {
    add(figure, figure.agrees() ? Role::kAgrees : Role::kDiffers,
        figure.agrees() ? "agrees" : "does not agree");
  }
  for (const v1::AmountFigure& figure : capex.revisions()) {
    add(figure, Role::kEnded, EndedText(figure.claim(), figure.grounds()));
  }
  for (const v1::AmountFigure& figure : capex.unquantified()) {
    add(figure, Role::kAgrees, "");
    plot.points.back().figure.reset();
  }
  if (capex.alternatives_size() > 0) {
    Extent envelope;
    if (capex.envelope().has_low()) envelope.low = FigureOf(capex.envelope().low());
    if (capex.envelope().has_high()) envelope.high = FigureOf(capex.envelope().high());
    plot.envelope = envelope;
  }
  return plot;
}

void DrawConversions(Page& page, const v1::CapexEntry& capex) {
  for (const v1::ImpliedRate& implied : capex.conversions()) {
    const v1::StatedConversion& stated = implied.conversion();
    DrawNote(
        page, "as stated",
        fmt::format("{}{} {}, so {} {} for 1 {} · event {}", stated.approximate() ? "about " : "",
                    MagnitudeWords(stated.value()), stated.currency(), RoundedWords(implied.rate()),
                    capex.selected().amount().currency(), stated.currency(),
                    Isolated(implied.event_id())));
  }
}

void DrawGrowth(Page& page, const v1::CapexEntry& capex) {
  for (const v1::Growth& growth : capex.growth()) {
    const std::string source = fmt::format(" · event {}", Isolated(growth.event_id()));
    DrawNote(page, "growth", GrowthText(growth, source, FigureWords));
    for (const v1::Grounds* base :
         {&growth.implied_amount().grounds(), &growth.computed_grounds()}) {
      const std::string why = GroundsInWords(*base);
      if (!why.empty()) DrawNote(page, "", Isolated(why));
    }
  }
}

void DrawComparisons(Page& page, const v1::CapexEntry& capex) {
  for (const v1::GroupComparison& comparison : capex.comparisons()) {
    std::string members;
    for (const v1::MemberFigure& member : comparison.members()) {
      members += fmt::format("{}{} {}", members.empty() ? "" : " + ",
                             page.names.Company(member.company()), FigureWords(member.figure()));
    }
    for (const std::string& missing : comparison.missing()) {
      members +=
          fmt::format("{}{} no figure", members.empty() ? "" : " + ", page.names.Company(missing));
    }
    if (comparison.has_sum()) {
      members += fmt::format(" = {}, {}", FigureWords(comparison.sum()),
                             comparison.agrees() ? "agrees" : "does not agree");
    }
    DrawNote(page, comparison.kind() == "growth" ? "by growth" : "members", members,
             comparison.has_sum() && !comparison.agrees() ? "bad" : "faint");
  }
}

}  // namespace

void DrawCapexPanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::CapexEntry& capex = entry.capex();
  DrawHeading(page, entry);
  DrawPlot(page, page.published, PlotOf(entry, page.names));
  if (capex.selected().claim().scope_text() != "") {
    DrawNote(page, "words", Quoted(capex.selected().claim().scope_text()));
  }
  for (const std::string& condition : capex.selected().claim().conditions()) {
    DrawCondition(page, "", condition);
  }
  DrawConversions(page, capex);
  DrawGrowth(page, capex);
  DrawComparisons(page, capex);
}

}  // namespace chipline::picture
