#ifndef CHIPLINE_TESTS_FOLDS_RULES_H_
#define CHIPLINE_TESTS_FOLDS_RULES_H_

#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/fold.h"
#include "services/timeline/folds/order_fold.h"
#include "services/timeline/folds/rule_fold.h"
#include "services/timeline/folds/valid_axis.h"
#include "tests/folds/rule_reports.h"

// Small logs of rules and orders, and their folds as text that a test can compare at a glance.
namespace chipline::timeline::testing {

// A log with one order and any rules. Each event takes the next position and, unless the test says
// otherwise, is the first-hand report of a publisher of its own on a day of its own.
class RuleLog {
 public:
  RuleBuilder Rule(std::string_view id, v1::RuleEffect effect) {
    return RuleBuilder(Append(id), effect);
  }
  OrderBuilder Order(std::string_view id) { return OrderBuilder(Append(id)); }

  // A notice by the publisher of the target that withdraws it.
  void Retract(std::string_view id, std::string_view target) {
    v1::Source source;
    for (const v1::RecordedEvent& each : events_) {
      if (each.event().event_id() == target) source = each.event().source();
    }
    v1::Event& event = Append(id);
    *event.mutable_source() = source;
    event.mutable_claim_notice()->set_text("withdrawn");
    v1::Link& link = *event.add_links();
    link.set_relation(v1::LINK_RELATION_RETRACTS);
    link.set_event_id(std::string(target));
  }

  std::vector<v1::RecordedEvent>& events() { return events_; }

  Rows RuleRows(std::string_view jurisdiction = "us", v1::GateKind gate = v1::GATE_KIND_EXPORT,
                std::string_view chip = "h200") const {
    return RowsOf([&](const v1::Event& event) {
      const v1::ExportRuleChange& rule = event.export_rule_change();
      bool of_chip = false;
      for (const v1::Ref& each : rule.chips()) of_chip |= each.id() == chip;
      return event.has_export_rule_change() && of_chip && rule.gate() == gate &&
             rule.jurisdiction().id() == jurisdiction;
    });
  }

  v1::ExportRuleEntry FoldRule(std::string_view jurisdiction = "us",
                               v1::GateKind gate = v1::GATE_KIND_EXPORT,
                               std::string_view chip = "h200") const {
    return FoldRuleOf(RuleRows(jurisdiction, gate, chip));
  }

  static v1::ExportRuleEntry FoldRuleOf(const Rows& rows) {
    const Effects effects = ResolveLinks(rows);
    return RuleFold(rows, effects, Names()).Entry(Names());
  }

  v1::ChipOrderEntry FoldOrder() const {
    const Rows rows = RowsOf([](const v1::Event& event) { return event.has_chip_order(); });
    const std::vector<v1::TimelineEntry> rules = RuleEntries();
    const Effects effects = ResolveLinks(rows);
    v1::ChipOrderEntry entry = OrderFold(rows, effects, Names()).Entry(rules);
    EXPECT_EQ(FoldRowByRow(rows, rules).DebugString(), entry.DebugString());
    return entry;
  }

  static NamesAt Names() {
    static const NameTable kNoNames;
    return {kNoNames, NameTable::kHead};
  }

 private:
  v1::Event& Append(std::string_view id) {
    v1::RecordedEvent& recorded = events_.emplace_back();
    recorded.set_position(events_.size());
    recorded.mutable_record_time()->set_seconds(1'790'000'000 + 60 * int64_t(events_.size()));
    v1::Event& event = *recorded.mutable_event();
    event.set_event_id(std::string(id));
    v1::Hop& hop = *event.mutable_source()->add_hops();
    hop.mutable_publisher()->set_id(fmt::format("paper-{}", id));
    hop.set_relation(v1::HOP_RELATION_PRIMARY);
    hop.mutable_published()->set_edtf("2026-06-01");
    return event;
  }

  template <typename IsOwn>
  Rows RowsOf(IsOwn is_own) const {
    Rows rows;
    for (const v1::RecordedEvent& each : events_) {
      const bool own = is_own(each.event());
      if (own || each.event().has_claim_notice()) rows.push_back(MakeClaim(each, own, Names()));
    }
    return rows;
  }

  // A fold that goes on from row to row, whether it was asked on the way or not.
  static v1::ChipOrderEntry FoldRowByRow(const Rows& all,
                                         const std::vector<v1::TimelineEntry>& rules) {
    constexpr size_t kAsked = 30;
    v1::EntryKey key;
    key.mutable_chip_order()->set_order("trial");
    Rows rows;
    RunningFold fold(key, rows, Names());
    for (const Claim& row : all) {
      rows.push_back(row);
      fold.Add(Names());
      if (rows.size() < kAsked && rows.size() % 3 != 0) fold.Entry(rules, Names());
    }
    return fold.Entry(rules, Names()).chip_order();
  }

  std::vector<v1::TimelineEntry> RuleEntries() const {
    std::map<std::string, v1::EntryKey> keys;
    for (const v1::RecordedEvent& each : events_) {
      if (!each.event().has_export_rule_change()) continue;
      for (v1::EntryKey& key : kinds::KeysOf(each, Names()))
        keys[kinds::EntryId(key)] = std::move(key);
    }
    std::vector<v1::TimelineEntry> entries;
    for (const auto& [id, key] : keys) {
      v1::TimelineEntry& entry = entries.emplace_back();
      entry.set_entry_id(id);
      *entry.mutable_key() = key;
      *entry.mutable_export_rule() = FoldRuleOf(RowsOf([&](const v1::Event& event) {
        v1::RecordedEvent recorded;
        *recorded.mutable_event() = event;
        bool own = false;
        for (const v1::EntryKey& of : kinds::KeysOf(recorded, Names()))
          own |= kinds::EntryId(of) == id;
        return own;
      }));
    }
    return entries;
  }

  std::vector<v1::RecordedEvent> events_;
};

inline std::string Word(v1::GateState state) {
  return v1::GateState_Name(state).substr(std::string_view("GATE_STATE_").size());
}
inline std::string Word(v1::OrderState state) {
  return v1::OrderState_Name(state).substr(std::string_view("ORDER_STATE_").size());
}
inline std::string Word(v1::EdgeKind kind) {
  return v1::EdgeKind_Name(kind).substr(std::string_view("EDGE_KIND_").size());
}
inline std::string Word(v1::GateKind kind) {
  return v1::GateKind_Name(kind).substr(std::string_view("GATE_KIND_").size());
}
inline std::string Word(const v1::ValidInterval& valid) {
  return fmt::format("{}..{}", valid.from(), valid.to());
}

// "..2026-01-15 DENIED": one line an interval, the general state; "?" marks an uncertain one.
inline std::vector<std::string> Lines(const v1::ExportRuleEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::RuleInterval& each : entry.intervals()) {
    lines.push_back(fmt::format("{} {}{}", Word(each.valid()), Word(each.general().gate()),
                                each.certain() ? "" : "?"));
  }
  return lines;
}

// "2026-01-15.. WAITING cn/IMPORT=PENDING us/EXPORT=CONDITIONAL"
inline std::vector<std::string> Lines(const v1::ChipOrderEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::OrderInterval& each : entry.intervals()) {
    std::string line = fmt::format("{} {}", Word(each.valid()), Word(each.state()));
    for (const v1::GateStatus& gate : each.gates()) {
      line += fmt::format(" {}/{}{}{}={}", gate.jurisdiction(), Word(gate.gate()),
                          gate.chip().empty() ? "" : "/", gate.chip(), Word(gate.state()));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// "2026-01-28 LIFTS cn/IMPORT by approval"
inline std::vector<std::string> EdgeLines(const v1::ChipOrderEntry& entry) {
  std::vector<std::string> lines;
  for (const v1::OrderInterval& each : entry.intervals()) {
    for (const v1::GateEdge& edge : each.edges()) {
      std::string line = fmt::format("{} {} {}/{} by", edge.day(), Word(edge.kind()),
                                     edge.jurisdiction(), Word(edge.gate()));
      for (const std::string& id : edge.event_ids()) line += " " + id;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

// Whether the intervals cover all of valid time, in order and without gaps.
template <typename Intervals>
bool Tiles(const Intervals& intervals) {
  if (intervals.empty()) return false;
  std::string from;
  for (const auto& each : intervals) {
    if (each.valid().from() != from) return false;
    if (!each.valid().to().empty() && each.valid().to() <= from) return false;
    from = each.valid().to();
    if (from.empty() && &each != &*std::prev(intervals.end())) return false;
  }
  return from.empty();
}

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_RULES_H_
