#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "services/picture/bands.h"
#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/words/enum_words.h"

namespace chipline::picture {
namespace {

std::string GateWord(v1::GateState gate) {
  const std::string word = EnumWords(gate);
  return word.empty() ? "unknown" : word;
}

bool DayUnknown(const v1::RuleInterval& interval) {
  return !interval.certain() && interval.alternatives_size() > 0;
}

// "unknown: when it changed is not known exactly; it may have been denied or conditional".
std::string DayUnknownText(const v1::RuleInterval& interval) {
  std::set<std::string> states;
  for (const v1::RuleState& state : interval.alternatives()) states.insert(GateWord(state.gate()));
  std::string text;
  for (const std::string& state : states) text += (text.empty() ? "" : " or ") + state;
  return text.empty()
             ? "unknown: the day of the change is not known"
             : fmt::format("unknown: the day of the change is not known; perhaps {}", text);
}

bool Conflicting(const v1::RuleInterval& interval) {
  return interval.agreement() == v1::AGREEMENT_CONFLICTING;
}

std::string GeneralText(const v1::RuleInterval& interval, const Names& names) {
  if (DayUnknown(interval)) return DayUnknownText(interval);
  std::string text = RuleText(interval.general(), names);
  if (interval.general().effect() == v1::RULE_EFFECT_UNSPECIFIED &&
      !interval.general().has_claim()) {
    text = "unknown: nobody said";
  }
  if (!Conflicting(interval)) return text;
  for (const v1::RuleState& other : interval.alternatives()) {
    text += "; but " + RuleText(other, names);
  }
  return text;
}

std::string GeneralSource(const v1::RuleInterval& interval, const Names& names) {
  if (interval.certain()) return SourceText(interval.general().claim(), names);
  std::string text;
  for (const v1::RuleState& state : interval.alternatives()) {
    if (state.claim().event_id().empty()) continue;
    text += (text.empty() ? "" : ", ") + Isolated(state.claim().event_id());
  }
  return text;
}

BandSpan SpanOf(const v1::RuleInterval& interval) {
  BandSpan span;
  span.from = DayOf(interval.valid().from());
  span.to = DayOf(interval.valid().to());
  return span;
}

BandRow GeneralRow(const v1::TimelineEntry& entry, const Names& names) {
  BandRow row;
  row.label = "anybody";
  for (const v1::RuleInterval& interval : entry.export_rule().intervals()) {
    BandSpan span = SpanOf(interval);
    span.day_unknown = DayUnknown(interval);
    span.look = interval.certain() ? LookOf(interval.general().gate()) : Look::kUnknown;
    span.word = interval.certain() ? GateWord(interval.general().gate()) : "unknown";
    span.conflict = Conflicting(interval);
    span.title = SpanWords(interval.valid()) + ": " + GeneralText(interval, names);
    row.spans.push_back(std::move(span));
  }
  return row;
}

// One thin row for each of those whom a scoped state names, in the order of their first day.
std::vector<BandRow> ScopedRows(const v1::ExportRuleEntry& rule, const Names& names) {
  std::vector<BandRow> rows;
  for (const v1::RuleInterval& interval : rule.intervals()) {
    for (const v1::RuleState& state : interval.scoped()) {
      std::string label = ScopeText(state, names);
      label = label.empty() ? "for some" : label.substr(1);
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const BandRow& known) { return known.label == label; });
      if (row == rows.end()) row = rows.insert(rows.end(), {label, {}, true});
      BandSpan span = SpanOf(interval);
      span.look = LookOf(state.gate());
      span.word = GateWord(state.gate()) + (state.behind_general() ? " (older)" : "");
      span.title = SpanWords(interval.valid()) + ": " + RuleText(state, names) + " — " +
                   SourceText(state.claim(), names);
      // The same rule in the next interval is the same band.
      if (!row->spans.empty() && row->spans.back().to == span.from &&
          row->spans.back().word == span.word) {
        row->spans.back().to = span.to;
      } else {
        row->spans.push_back(std::move(span));
      }
    }
  }
  return rows;
}

std::vector<KeyLine> KeyOf(const v1::ExportRuleEntry& rule, const Names& names) {
  std::vector<KeyLine> key;
  std::set<std::string> told;
  for (const v1::RuleInterval& interval : rule.intervals()) {
    key.push_back({interval.certain() ? LookOf(interval.general().gate()) : Look::kUnknown,
                   SpanWords(interval.valid()), GeneralText(interval, names),
                   GeneralSource(interval, names), DayUnknown(interval)});
  }
  for (const v1::RuleInterval& interval : rule.intervals()) {
    for (const v1::RuleState& state : interval.scoped()) {
      if (!told.insert(state.claim().event_id()).second) continue;
      v1::ValidInterval since;
      since.set_from(state.since());
      key.push_back({LookOf(state.gate()), SpanWords(since), RuleText(state, names),
                     SourceText(state.claim(), names)});
    }
  }
  return key;
}

}  // namespace

void DrawRulePanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::ExportRuleEntry& rule = entry.export_rule();
  const bool conflict = std::any_of(rule.intervals().begin(), rule.intervals().end(), Conflicting);
  DrawHeading(page, HeadingOf(entry, page.names), conflict ? "conflicting" : "", "bad");
  page.y += 8;
  std::vector<BandRow> rows = {GeneralRow(entry, page.names)};
  for (BandRow& row : ScopedRows(rule, page.names)) rows.push_back(std::move(row));
  DrawLeftOutBefore(page, rule.omitted_before());
  DrawLeftOut(page, rule.scopes_omitted(), "scopes (buyers, purposes, seats)");
  DrawBands(page, rows, KeyOf(rule, page.names));
  for (const v1::RuleState& state : rule.not_in_force()) {
    DrawNote(
        page, "not in force",
        RuleText(state, page.names) +
            (state.claim().scope_text().empty() ? "" : " · " + Quoted(state.claim().scope_text())) +
            " · " + SourceText(state.claim(), page.names));
  }
  for (const v1::RuleState& state : rule.revisions()) {
    DrawNote(page, "earlier",
             RuleText(state, page.names) + ", " + EnumWords(state.claim().standing()) + " · " +
                 SourceText(state.claim(), page.names));
  }
  std::string meant;
  for (const std::string& text : rule.chips_texts()) {
    meant += (meant.empty() ? "" : ", ") + Quoted(text);
  }
  if (!meant.empty()) DrawNote(page, "chips meant", meant);
}

}  // namespace chipline::picture
