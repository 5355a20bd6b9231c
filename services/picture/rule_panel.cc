#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "services/picture/bands.h"
#include "services/picture/claim_text.h"
#include "services/picture/panels.h"
#include "services/words/enum_words.h"
#include "services/words/gate_words.h"
#include "services/words/order_words.h"

namespace chipline::picture {
namespace {

bool DayUnknown(const v1::RuleInterval& interval) {
  return !interval.certain() && interval.alternatives_size() > 0;
}

bool Conflicting(const v1::RuleInterval& interval) {
  return interval.agreement() == v1::AGREEMENT_CONFLICTING;
}

std::string GeneralText(const v1::RuleInterval& interval, const EntityWords& words) {
  std::string text = GeneralWords(interval, words);
  if (DayUnknown(interval) || !Conflicting(interval)) return text;
  for (const v1::RuleState& other : interval.alternatives()) {
    text += "; but " + RuleStateWords(other, words);
  }
  return text;
}

std::string GeneralSource(const v1::RuleInterval& interval, const Names& names) {
  if (interval.certain()) return SourceText(interval.general().claim(), names);
  google::protobuf::RepeatedPtrField<std::string> ids;
  for (const v1::RuleState& state : interval.alternatives()) {
    if (!state.claim().event_id().empty()) *ids.Add() = state.claim().event_id();
  }
  return EventsText(ids);
}

// "conditional: licensed; if the seat of nettrix is not cn; else denied by EAR".
std::string AskedText(const v1::GateStatus& gate, const EntityWords& words) {
  std::string text = GateWord(gate.state());
  std::string reason = GateReasonWords(gate, words);
  if (reason.ends_with('.')) reason.pop_back();
  if (!reason.empty()) text += ": " + words.quoted(reason);
  for (const std::string& condition : TurnsOnWords(gate, words)) text += "; " + condition;
  return text;
}

BandSpan SpanOf(const v1::RuleInterval& interval) {
  BandSpan span;
  span.from = DayOf(interval.valid().from());
  span.to = DayOf(interval.valid().to());
  return span;
}

BandRow GeneralRow(const v1::TimelineEntry& entry, const Names& names) {
  const EntityWords words = WordsWith(names);
  BandRow row;
  row.label = "anybody";
  for (const v1::RuleInterval& interval : entry.export_rule().intervals()) {
    BandSpan span = SpanOf(interval);
    span.day_unknown = DayUnknown(interval);
    span.look = interval.certain() ? LookOf(interval.general().gate()) : Look::kUnknown;
    span.word = interval.certain() ? GateWord(interval.general().gate()) : "unknown";
    span.conflict = Conflicting(interval);
    span.title = SpanWords(interval.valid()) + ": " + GeneralText(interval, words);
    row.spans.push_back(std::move(span));
  }
  return row;
}

// One thin row for each of those whom a scoped state names, in the order of their first day.
std::vector<BandRow> ScopedRows(const v1::ExportRuleEntry& rule, const Names& names) {
  const EntityWords words = WordsWith(names);
  std::vector<BandRow> rows;
  for (const v1::RuleInterval& interval : rule.intervals()) {
    for (const v1::RuleState& state : interval.scoped()) {
      std::string label = ScopeWords(state, words);
      label = label.empty() ? "for some" : label.substr(1);
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const BandRow& known) { return known.label == label; });
      if (row == rows.end()) row = rows.insert(rows.end(), {label, {}, true});
      BandSpan span = SpanOf(interval);
      span.look = LookOf(state.gate());
      span.word = GateWord(state.gate()) + (state.behind_general() ? " (older)" : "");
      span.title = SpanWords(interval.valid()) + ": " + RuleStateWords(state, words) + " — " +
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

// How the gate stands to whom the question names.
BandRow AskedRow(const v1::ExportRuleEntry& rule, const EntityWords& words) {
  BandRow row;
  row.label = "as asked";
  for (const v1::AskedInterval& asked : rule.asked()) {
    BandSpan span;
    span.from = DayOf(asked.valid().from());
    span.to = DayOf(asked.valid().to());
    span.look = LookOf(asked.gate().state());
    span.word = Capitals(GateWord(asked.gate().state()));
    span.title = SpanWords(asked.valid()) + ": " + AskedText(asked.gate(), words);
    row.spans.push_back(std::move(span));
  }
  return row;
}

std::vector<KeyLine> KeyOf(const v1::ExportRuleEntry& rule, const Names& names) {
  const EntityWords words = WordsWith(names);
  std::vector<KeyLine> key;
  for (const v1::AskedInterval& asked : rule.asked()) {
    key.push_back({LookOf(asked.gate().state()), SpanWords(asked.valid()),
                   "as asked: " + AskedText(asked.gate(), words),
                   EventsText(asked.gate().grounds().event_ids())});
  }
  std::set<std::string> told;
  for (const v1::RuleInterval& interval : rule.intervals()) {
    key.push_back({interval.certain() ? LookOf(interval.general().gate()) : Look::kUnknown,
                   SpanWords(interval.valid()), GeneralText(interval, words),
                   GeneralSource(interval, names), DayUnknown(interval)});
  }
  for (const v1::RuleInterval& interval : rule.intervals()) {
    for (const v1::RuleState& state : interval.scoped()) {
      if (!told.insert(state.claim().event_id()).second) continue;
      v1::ValidInterval since;
      since.set_from(state.since());
      key.push_back({LookOf(state.gate()), SpanWords(since), RuleStateWords(state, words),
                     SourceText(state.claim(), names)});
    }
  }
  return key;
}

}  // namespace

void DrawRulePanel(Page& page, const v1::TimelineEntry& entry) {
  const v1::ExportRuleEntry& rule = entry.export_rule();
  const EntityWords words = WordsWith(page.names);
  DrawHeading(page, entry);
  page.y += 8;
  std::vector<BandRow> rows;
  if (rule.asked_size() > 0) rows.push_back(AskedRow(rule, words));
  rows.push_back(GeneralRow(entry, page.names));
  for (BandRow& row : ScopedRows(rule, page.names)) rows.push_back(std::move(row));
  DrawLeftOutBefore(page, rule.omitted_before());
  DrawBands(page, rows, KeyOf(rule, page.names));
  for (const v1::RuleState& state : rule.not_in_force()) {
    DrawNote(
        page, "not in force",
        RuleStateWords(state, words) +
            (state.claim().scope_text().empty() ? "" : " · " + Quoted(state.claim().scope_text())) +
            " · " + SourceText(state.claim(), page.names));
  }
  for (const v1::RuleState& state : rule.revisions()) {
    DrawNote(page, "earlier",
             RuleStateWords(state, words) + ", " + EndedText(state.claim(), state.grounds()) +
                 " · " + SourceText(state.claim(), page.names));
  }
  std::string meant;
  for (const std::string& text : rule.chips_texts()) {
    meant += (meant.empty() ? "" : ", ") + Quoted(text);
  }
  if (!meant.empty()) DrawNote(page, "chips meant", meant);
}

}  // namespace chipline::picture
