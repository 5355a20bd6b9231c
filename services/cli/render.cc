#include "services/cli/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "services/cli/interval_words.h"
#include "services/cli/render_parts.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string CapexHeadline(const v1::CapexEntry& capex) {
  const std::string figure =
      capex.has_selected() ? AmountWords(capex.selected().amount()) : "no figure";
  return capex.agreement() == v1::AGREEMENT_NO_VALUE
             ? figure
             : fmt::format("{}, {}", figure, EnumWords(capex.agreement()));
}

// States in a headline; the rest are counted.
constexpr int kMostStates = 8;

// What a headline leaves out, `more` if the entry itself has left some out.
std::string EarlierWords(int count, bool more) {
  if (count == 0) return "";
  return fmt::format("{}{} earlier {}", more ? "more than " : "", count,
                     count == 1 ? "state" : "states");
}

// States in order of valid time, each with the day that it begins.
std::string RuleHeadline(const v1::ExportRuleEntry& rule) {
  const int first = std::max(0, rule.intervals_size() - kMostStates);
  std::string text = EarlierWords(first, !rule.omitted_before().empty());
  for (int i = first; i < rule.intervals_size(); ++i) {
    const v1::RuleInterval& interval = rule.intervals(i);
    if (!text.empty()) text += "; ";
    std::string gate = interval.certain() ? EnumWords(interval.general().gate()) : "unknown";
    text += gate.empty() ? "unknown" : gate;
    if (!interval.valid().from().empty()) text += " from " + interval.valid().from();
    if (interval.scoped_size() > 0) text += fmt::format(" (+{} scoped)", interval.scoped_size());
  }
  return text;
}

std::string OrderHeadline(const v1::ChipOrderEntry& order) {
  std::string text;
  for (const v1::StageLedger& ledger : order.stages()) {
    if (!text.empty()) text += ", ";
    text += EnumWords(ledger.stage());
    if (ledger.has_selected()) {
      text += " " + QuantityWords(ledger.selected().quantity());
    } else if (ledger.alternatives_size() > 0) {
      text += " " + QuantityWords(ledger.alternatives(0).quantity());
    }
  }
  // A state that goes on for other reasons is one.
  std::vector<const v1::OrderInterval*> states;
  for (const v1::OrderInterval& interval : order.intervals()) {
    if (states.empty() || states.back()->state() != interval.state()) states.push_back(&interval);
  }
  const size_t first = states.size() > kMostStates ? states.size() - kMostStates : 0;
  const std::string earlier =
      EarlierWords(static_cast<int>(first), !order.omitted_before().empty());
  if (!earlier.empty()) text += "; " + earlier;
  for (size_t i = first; i < states.size(); ++i) {
    text += fmt::format("; {}", Verdict(states[i]->state()));
    if (!states[i]->valid().from().empty()) text += " from " + states[i]->valid().from();
  }
  return text;
}

std::string SupplyHeadline(const v1::ChipSupplyEntry& supply) {
  std::string text;
  for (const v1::HolderSupply& holder : supply.holders()) {
    const std::string count =
        holder.has_selected() ? QuantityWords(holder.selected().quantity()) : "not stated";
    text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", holder.holder(),
                        EnumWords(holder.metric()), count);
  }
  if (supply.has_shortfall()) {
    text += fmt::format("{}short by {}", text.empty() ? "" : "; ",
                        QuantityWords(supply.shortfall().quantity()));
  }
  return text.empty() ? "nothing counted" : text;
}

void AddCauses(const v1::TimelineChange& change, Block& block) {
  if (change.cause_event_ids_size() == 0) return;
  block.Line("because of", JoinWords(change.cause_event_ids(), ", "), Tone::kFaint);
}

std::string UsageHeadline(const v1::UsageEntry& usage) {
  if (usage.readings_size() == 0) return "no reading";
  const v1::UsageReading& last = usage.readings(usage.readings_size() - 1);
  return fmt::format("{}, {}", QuantityWords(last.selected().quantity()), DateWords(last.as_of()));
}

std::string PriceHeadline(const v1::PriceEntry& price) {
  if (price.readings_size() == 0) return "no reading";
  const v1::PriceReading& last = price.readings(price.readings_size() - 1);
  return fmt::format("{}, {}", AmountWords(last.selected().amount()), DateWords(last.as_of()));
}

// Which day passed, and what holds with it. The entry itself stays as it is, so it is not told.
void RenderDay(const v1::TimelineChange& change, Block& block) {
  const v1::DayPassed& passed = change.passed();
  block.Heading(change.entry_id(), fmt::format("{} has come", passed.day()), Tone::kCaution);
  const bool order = passed.has_order_after();
  block.Line(
      "until then",
      order ? OrderIntervalWords(passed.order_before()) : RuleIntervalWords(passed.rule_before()),
      Tone::kFaint);
  block.Line("→ since then", order ? OrderIntervalWords(passed.order_after())
                                   : RuleIntervalWords(passed.rule_after()));
  AddCauses(change, block);
}

}  // namespace

void RenderEntry(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return RenderCapex(entry, block);
    case v1::TimelineEntry::kExportRule:
      return RenderExportRule(entry, day, block);
    case v1::TimelineEntry::kChipOrder:
      return RenderChipOrder(entry, day, block);
    case v1::TimelineEntry::kChipSupply:
      return RenderChipSupply(entry, block);
    case v1::TimelineEntry::kUsage:
      return RenderUsage(entry, block);
    case v1::TimelineEntry::kPrice:
      return RenderPrice(entry, block);
    case v1::TimelineEntry::STATE_NOT_SET:
      block.Heading(entry.entry_id());
      block.Line("", "of a kind that this program does not know");
      return;
  }
}

void RenderHeading(const v1::TimelineEntry& entry, std::string_view day, Block& block) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return CapexHeading(entry, block);
    case v1::TimelineEntry::kExportRule:
      return ExportRuleHeading(entry, day, block);
    case v1::TimelineEntry::kChipOrder:
      return ChipOrderHeading(entry, day, block);
    case v1::TimelineEntry::kChipSupply:
      return ChipSupplyHeading(entry, block);
    case v1::TimelineEntry::kUsage:
      return UsageHeading(entry, block);
    case v1::TimelineEntry::kPrice:
      return PriceHeading(entry, block);
    case v1::TimelineEntry::STATE_NOT_SET:
      return block.Heading(entry.entry_id());
  }
}

std::string EntryHeadline(const v1::TimelineEntry& entry) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return CapexHeadline(entry.capex());
    case v1::TimelineEntry::kExportRule:
      return RuleHeadline(entry.export_rule());
    case v1::TimelineEntry::kChipOrder:
      return OrderHeadline(entry.chip_order());
    case v1::TimelineEntry::kChipSupply:
      return SupplyHeadline(entry.chip_supply());
    case v1::TimelineEntry::kUsage:
      return UsageHeadline(entry.usage());
    case v1::TimelineEntry::kPrice:
      return PriceHeadline(entry.price());
    case v1::TimelineEntry::STATE_NOT_SET:
      return "";
  }
  return "";
}

void RenderChange(const v1::TimelineChange& change, Block& block) {
  if (change.has_passed()) return RenderDay(change, block);
  const std::string before = change.has_before() ? EntryHeadline(change.before()) : "nothing";
  const std::string after = change.has_after() ? EntryHeadline(change.after()) : "gone";
  block.Heading(change.entry_id(), EnumWords(change.reason()), Tone::kCaution);
  if (before == after) {
    block.Line("still", after);
  } else {
    block.Line("before", before, Tone::kFaint);
    block.Line("→ after", after);
  }
  AddCauses(change, block);
}

std::string BasisWords(const v1::AnswerBasis& basis) {
  std::string text = fmt::format("as of position {}", basis.position());
  if (basis.has_record_time()) text += fmt::format(" ({})", TimeWords(basis.record_time()));
  if (!basis.publication_date().empty()) {
    text += fmt::format(", what was public on {}", basis.publication_date());
  }
  return text + fmt::format(", policy {}, views {}", basis.policy_version(), basis.view_version());
}

}  // namespace chipline::cli
