#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/table.h"
#include "services/words/enum_words.h"
#include "services/words/gate_words.h"
#include "services/words/order_words.h"
#include "services/words/standing_words.h"

namespace chipline::cli {
namespace {

std::string HeadingOf(const v1::ExportRuleKey& key) {
  return fmt::format("{} {} · {} → {}", key.jurisdiction(), EnumWords(key.gate()),
                     key.chip().empty() ? "chips by wording" : key.chip(),
                     key.destination().empty() ? "anywhere stated in words" : key.destination());
}

std::string SourceOf(const v1::RuleState& state) {
  std::string text = ClaimSourceWords(state.claim());
  const std::string instrument = EnumWords(state.instrument());
  if (!instrument.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", instrument);
  return text;
}

Cell GeneralCell(const v1::RuleInterval& interval) {
  return {GeneralWords(interval),
          interval.certain() ? ToneOf(interval.general().gate()) : Tone::kFaint};
}

// The first of an entry with more intervals than it holds.
void AddLeftOut(const std::string& until, Table& table) {
  table.AddRow({"…", until, "", Cell("earlier intervals are left out", Tone::kCaution)});
}

void AddInterval(const v1::RuleInterval& interval, Table& table) {
  const std::string from = interval.valid().from().empty() ? "…" : interval.valid().from();
  const std::string to = interval.valid().to().empty() ? "…" : interval.valid().to();
  table.AddRow({from, to, "anybody", GeneralCell(interval), SourceOf(interval.general())});
  for (const v1::RuleState& scoped : interval.scoped()) {
    table.AddRow(
        {"", "", "some", Cell(RuleStateWords(scoped), ToneOf(scoped.gate())), SourceOf(scoped)});
  }
  const bool conflict = interval.agreement() == v1::AGREEMENT_CONFLICTING;
  for (const v1::RuleState& other : interval.alternatives()) {
    table.AddRow({"", "",
                  Cell(conflict ? "CONFLICTING" : "also", conflict ? Tone::kBad : Tone::kFaint),
                  RuleStateWords(other), SourceOf(other)});
  }
}

// How the gate stands to whom the question names, which is what was asked.
void AddAsked(const v1::ExportRuleEntry& rule, Block& block) {
  if (rule.asked_size() == 0) return;
  Table table({{"FROM"}, {"UNTIL"}, {"AS ASKED"}, {"WHY", Align::kLeft, true}});
  for (const v1::AskedInterval& asked : rule.asked()) {
    const v1::GateState state = asked.gate().state();
    const std::vector<std::string> why = WhyWords(asked.gate());
    Cell gate(Verdict(state), ToneOf(state));
    for (size_t i = 0; i < why.size(); ++i) {
      if (i > 0) {
        table.AddRow({"", "", "", why[i]});
        continue;
      }
      table.AddRow({asked.valid().from().empty() ? "…" : asked.valid().from(),
                    asked.valid().to().empty() ? "…" : asked.valid().to(), gate, why[i]});
    }
  }
  block.Add(table, 2);
}

}  // namespace

void ExportRuleHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  const v1::ExportRuleEntry& rule = entry.export_rule();
  const Dated<v1::GateState> gate =
      rule.asked_size() > 0 ? AskedStateOn(rule, day) : GateStateOn(rule, day);
  block.Heading(HeadingOf(entry.key().export_rule()),
                fmt::format("{} {}", Verdict(gate.state), WhenWords(gate.valid, day)),
                ToneOf(gate.state));
}

void RenderExportRule(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  const v1::ExportRuleEntry& rule = entry.export_rule();
  ExportRuleHeading(entry, day, block);
  AddAsked(rule, block);
  Table table({{"FROM"},
               {"UNTIL"},
               {"FOR"},
               {"STATE", Align::kLeft, true},
               {"SOURCE", Align::kLeft, true}});
  for (int i = 0; i < rule.intervals_size(); ++i) {
    if (i == 0 && !rule.omitted_before().empty()) {
      AddLeftOut(rule.omitted_before(), table);
    } else {
      AddInterval(rule.intervals(i), table);
    }
  }
  block.Add(table, 2);
  AddLeftOutCount(rule.scopes_omitted(), "scopes (buyers, purposes, seats)", block);
  for (const v1::RuleState& state : rule.not_in_force()) {
    block.Line("not in force", RuleStateWords(state));
    AddClaimLines(state.claim(), state.grounds(), block);
  }
  for (const v1::RuleState& state : rule.revisions()) {
    block.Line("earlier", RuleStateWords(state) + ", " + EndedWords(state.claim(), state.grounds()),
               Tone::kFaint);
    AddClaimLines(state.claim(), state.grounds(), block);
  }
  for (const std::string& text : rule.chips_texts()) {
    block.Line("chips meant", "“" + text + "”");
  }
  AddFooter(entry, "", block);
}

}  // namespace chipline::cli
