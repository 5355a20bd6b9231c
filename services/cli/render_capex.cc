#include <fmt/format.h>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/growth_words.h"
#include "services/words/mention.h"
#include "services/words/number_words.h"
#include "services/words/standing_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string PeriodOf(const v1::CapexKey& key) {
  if (key.period().empty()) return "no period stated";
  return key.period_kind() == v1::PERIOD_KIND_FISCAL ? key.period() + " (fiscal)"
                                                     : EdtfWords(key.period());
}

std::string HeadingOf(const v1::CapexKey& key, bool definition_unstated) {
  const bool worded = key.scope() == v1::CAPEX_SCOPE_OTHER && !key.scope_text().empty();
  const std::string scope = worded ? key.scope_text() : EnumWords(key.scope());
  std::string text =
      fmt::format("{} · {} · {}", PeriodOf(key), JoinWords(key.companies(), " + "), scope);
  if (key.suppliers_size() > 0) text += " from " + JoinWords(key.suppliers(), ", ");
  if (!key.region().empty() && !Mentions(scope, key.region())) text += " in " + key.region();
  if (!key.definition().empty()) text += fmt::format(" ({})", key.definition());
  text += " · " + EnumWords(key.basis_class());
  if (key.accounting() == v1::ACCOUNTING_OPEX) text += " · operating expense";
  if (definition_unstated) text += " · definition not stated";
  return text;
}

std::string FigureWords(const v1::AmountFigure& figure) {
  if (!figure.has_amount()) return "no figure";
  return AmountWords(figure.amount(),
                     figure.grounds().derived() ? Exactness::kRounded : Exactness::kAsStated);
}

std::string WithBasis(const v1::AmountFigure& figure) {
  const std::string basis = EnumWords(figure.basis());
  return basis.empty() ? FigureWords(figure) : fmt::format("{} ({})", FigureWords(figure), basis);
}

void AddSelected(const v1::CapexEntry& capex, Block& block) {
  if (!capex.has_selected()) {
    block.Line("selected", "nothing: no standing claim states a figure", Tone::kCaution);
    return;
  }
  const v1::AmountFigure& selected = capex.selected();
  block.Line("selected", WithBasis(selected), Tone::kStrong);
  if (!selected.amount().verbatim().empty() && selected.amount().bound() != v1::BOUND_UNSTATED) {
    block.Line("", "words: “" + selected.amount().verbatim() + "”");
  }
  AddClaimLines(selected.claim(), selected.grounds(), block);
}

void AddConversions(const v1::CapexEntry& capex, Block& block) {
  bool first = true;
  for (const v1::ImpliedRate& implied : capex.conversions()) {
    const v1::StatedConversion& stated = implied.conversion();
    block.Line(
        first ? "conversions" : "",
        fmt::format("{}{} {} as stated, so {} {} for 1 {} · event {}",
                    stated.approximate() ? "about " : "", MagnitudeWords(stated.value()),
                    stated.currency(), RoundedWords(implied.rate()),
                    capex.selected().amount().currency(), stated.currency(), implied.event_id()));
    first = false;
  }
}

void AddGrowth(const v1::CapexEntry& capex, Block& block) {
  for (const v1::Growth& growth : capex.growth()) {
    const std::string source = fmt::format(" (event {})", growth.event_id());
    block.Line("growth", GrowthText(growth, source, FigureWords));
    // On which figure of the year before, and whether that one is actual.
    for (const v1::Grounds* base :
         {&growth.implied_amount().grounds(), &growth.computed_grounds()}) {
      if (base->rule().empty()) continue;
      block.Line("", "why: " + GroundsWords(*base), Tone::kFaint);
    }
  }
}

void AddComparisons(const v1::CapexEntry& capex, Block& block) {
  for (const v1::GroupComparison& comparison : capex.comparisons()) {
    std::string members;
    for (const v1::MemberFigure& member : comparison.members()) {
      members += fmt::format("{}{} {}", members.empty() ? "" : ", ", member.company(),
                             FigureWords(member.figure()));
    }
    const bool by_growth = comparison.kind() == "growth";
    const std::string_view label = by_growth ? "by growth" : "members";
    if (comparison.has_sum()) {
      block.Line(label,
                 fmt::format("{} in sum, {}{}", FigureWords(comparison.sum()),
                             by_growth ? "from the later figures less their growth, " : "",
                             comparison.agrees() ? "agrees" : "does not agree"),
                 comparison.agrees() ? Tone::kGood : Tone::kBad);
    } else {
      block.Line(label, "cannot be added up");
    }
    if (!members.empty()) block.Line("", members, Tone::kFaint);
    if (comparison.missing_size() > 0) {
      block.Line("", "no figure from " + JoinWords(comparison.missing(), ", "), Tone::kCaution);
    }
  }
}

void AddEnvelope(const v1::CapexEntry& capex, Block& block) {
  const v1::Envelope& envelope = capex.envelope();
  if (!envelope.has_low() && !envelope.has_high()) return;
  if (capex.alternatives_size() == 0) return;
  const std::string& currency = capex.selected().amount().currency();
  std::string text = envelope.approximate() ? "about " : "";
  if (envelope.has_low() && envelope.has_high()) {
    text += fmt::format("{} to {} {}", MagnitudeWords(envelope.low()),
                        MagnitudeWords(envelope.high()), currency);
  } else if (envelope.has_low()) {
    text += fmt::format("{} {} or more", MagnitudeWords(envelope.low()), currency);
  } else {
    text += fmt::format("{} {} or less", MagnitudeWords(envelope.high()), currency);
  }
  block.Line("envelope", text + ", all standing claims");
}

}  // namespace

void CapexHeading(const v1::TimelineEntry& entry, Block& block) {
  const v1::CapexEntry& capex = entry.capex();
  block.Heading(HeadingOf(entry.key().capex(), capex.definition_unstated()),
                Verdict(capex.agreement()), ToneOf(capex.agreement()));
}

void RenderCapex(const v1::TimelineEntry& entry, Block& block) {
  const v1::CapexEntry& capex = entry.capex();
  CapexHeading(entry, block);
  AddSelected(capex, block);
  AddConversions(capex, block);
  for (const v1::AmountFigure& other : capex.alternatives()) {
    block.Line(
        "alternative",
        fmt::format("{}, {}", WithBasis(other), other.agrees() ? "agrees" : "does not agree"),
        other.agrees() ? Tone::kPlain : Tone::kBad);
    AddClaimLines(other.claim(), other.grounds(), block);
  }
  AddEnvelope(capex, block);
  AddComparisons(capex, block);
  AddGrowth(capex, block);
  for (const v1::AmountFigure& other : capex.unquantified()) {
    block.Line("no figure", other.has_amount() ? WithBasis(other) : EnumWords(other.basis()));
    AddClaimLines(other.claim(), other.grounds(), block);
  }
  for (const v1::AmountFigure& ended : capex.revisions()) {
    block.Line("earlier",
               fmt::format("{}, {}", WithBasis(ended), EndedWords(ended.claim(), ended.grounds())),
               Tone::kFaint);
    AddClaimLines(ended.claim(), ended.grounds(), block);
  }
  // Not those of the alternatives, and one for all outlets that quote the same publisher.
  const std::string roots =
      fmt::format("selected figure from {} independent {} · ", capex.independent_roots(),
                  capex.independent_roots() == 1 ? "root" : "roots");
  AddFooter(entry, capex.has_selected() ? roots : "", block);
}

}  // namespace chipline::cli
