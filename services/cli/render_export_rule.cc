#include <fmt/format.h>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string HeadingOf(const v1::ExportRuleKey& key) {
  return fmt::format("{} {} · {} → {}", key.jurisdiction(), EnumWords(key.gate()),
                     key.chip().empty() ? "chips by wording" : key.chip(),
                     key.destination().empty() ? "anywhere stated in words" : key.destination());
}

// Whom and what a state is for, where it is not for anybody.
std::string ScopeWords(const v1::RuleState& state) {
  std::string text;
  if (state.end_users() == v1::END_USERS_APPROVED) text += " for approved customers";
  if (state.buyers_size() > 0) text += " for " + JoinWords(state.buyers(), " and ");
  if (!state.buyer_seat().empty()) text += " for buyers seated in " + state.buyer_seat();
  if (!state.purpose().empty()) text += " for " + state.purpose();
  if (state.has_quantity_cap()) text += ", at most " + QuantityWords(state.quantity_cap());
  return text;
}

std::string StateWords(const v1::RuleState& state) {
  std::string text = EnumWords(state.gate());
  if (text.empty()) text = "unknown";
  const std::string effect = EnumWords(state.effect());
  if (!effect.empty() && effect != text) text += ": " + effect;
  text += ScopeWords(state);
  if (!state.rule_id().empty()) text += fmt::format(" [{}]", state.rule_id());
  if (state.conditions_size() > 0) text += "; if " + JoinWords(state.conditions(), "; if ");
  if (!state.warning().empty()) text += "; " + state.warning();
  return text;
}

std::string SourceOf(const v1::RuleState& state) {
  std::string text = ClaimSourceWords(state.claim());
  const std::string instrument = EnumWords(state.instrument());
  if (!instrument.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", instrument);
  return text;
}

Cell GeneralCell(const v1::RuleInterval& interval) {
  if (!interval.certain()) {
    return {"unknown: the day that it changed is not known exactly", Tone::kFaint};
  }
  return {StateWords(interval.general()), ToneOf(interval.general().gate())};
}

void AddInterval(const v1::RuleInterval& interval, Table& table) {
  const std::string from = interval.valid().from().empty() ? "…" : interval.valid().from();
  const std::string to = interval.valid().to().empty() ? "…" : interval.valid().to();
  table.AddRow({from, to, "anybody", GeneralCell(interval), SourceOf(interval.general())});
  for (const v1::RuleState& scoped : interval.scoped()) {
    table.AddRow(
        {"", "", "some", Cell(StateWords(scoped), ToneOf(scoped.gate())), SourceOf(scoped)});
  }
  const bool conflict = interval.agreement() == v1::AGREEMENT_CONFLICTING;
  for (const v1::RuleState& other : interval.alternatives()) {
    table.AddRow({"", "",
                  Cell(conflict ? "CONFLICTING" : "also", conflict ? Tone::kBad : Tone::kFaint),
                  StateWords(other), SourceOf(other)});
  }
}

}  // namespace

void RenderExportRule(const v1::TimelineEntry& entry, Block& block) {
  const v1::ExportRuleEntry& rule = entry.export_rule();
  block.Heading(HeadingOf(entry.key().export_rule()));
  Table table({{"FROM"},
               {"UNTIL"},
               {"FOR"},
               {"STATE", Align::kLeft, true},
               {"SOURCE", Align::kLeft, true}});
  for (const v1::RuleInterval& interval : rule.intervals()) AddInterval(interval, table);
  block.Raw(table.Render(block.palette(), block.width(), 2));
  for (const v1::RuleState& state : rule.not_in_force()) {
    block.Line("not in force", StateWords(state));
    AddClaimLines(state.claim(), state.grounds(), block);
  }
  for (const v1::RuleState& state : rule.revisions()) {
    block.Line("earlier", StateWords(state) + ", " + EnumWords(state.claim().standing()),
               Tone::kFaint);
    AddClaimLines(state.claim(), state.grounds(), block);
  }
  for (const std::string& text : rule.chips_texts()) {
    block.Line("chips meant", "“" + text + "”");
  }
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
