#include "services/timeline/change_days.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

template <typename Interval>
using Intervals = google::protobuf::RepeatedPtrField<Interval>;

template <typename Interval>
void AddStarts(const Intervals<Interval>& intervals, std::vector<CivilDay>* starts) {
  for (const Interval& interval : intervals) {
    const auto day = CivilDay::Parse(interval.valid().from());
    if (day.ok()) starts->push_back(*day);
  }
}

// The interval that begins on the day, and the one before it; null pointers if none begins.
template <typename Interval>
std::pair<const Interval*, const Interval*> Around(const Intervals<Interval>& intervals,
                                                   const std::string& day) {
  for (int i = 1; i < intervals.size(); ++i) {
    if (intervals[i].valid().from() == day) return {&intervals[i - 1], &intervals[i]};
  }
  return {nullptr, nullptr};
}

using Ids = std::set<std::string>;

void Add(const pb::Grounds& grounds, Ids* ids) {
  ids->insert(grounds.event_ids().begin(), grounds.event_ids().end());
}

Ids EventsOf(const pb::RuleInterval& interval) {
  Ids ids;
  Add(interval.general().grounds(), &ids);
  for (const pb::RuleState& scoped : interval.scoped()) Add(scoped.grounds(), &ids);
  return ids;
}

Ids EventsOf(const pb::OrderInterval& interval) {
  Ids ids;
  for (const pb::GateStatus& gate : interval.gates()) Add(gate.grounds(), &ids);
  return ids;
}

std::vector<std::string> Less(const Ids& ids, const Ids& others) {
  std::vector<std::string> rest;
  std::set_difference(ids.begin(), ids.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

template <typename Interval>
std::vector<std::string> CausesOf(const Interval& before, const Interval& after) {
  const Ids then = EventsOf(before);
  const Ids now = EventsOf(after);
  std::vector<std::string> causes = Less(now, then);
  if (causes.empty()) causes = Less(then, now);
  // The same claims by another rule, for example a claim whose day is no longer in doubt.
  if (causes.empty()) causes.assign(now.begin(), now.end());
  return causes;
}

}  // namespace

bool HasIntervals(std::string_view entry_id) {
  return entry_id.starts_with("rule/") || entry_id.starts_with("order/");
}

std::vector<CivilDay> StartsOf(const EntryVersion& entry) {
  std::vector<CivilDay> starts;
  if (!entry.exists() || !HasIntervals(entry.entry_id)) return starts;
  const pb::TimelineEntry parsed = entry.Parse();
  AddStarts(parsed.export_rule().intervals(), &starts);
  AddStarts(parsed.chip_order().intervals(), &starts);
  return starts;
}

std::optional<EntryChange> ChangeByDay(const EntryVersion& entry, CivilDay day) {
  if (!entry.exists() || !HasIntervals(entry.entry_id)) return std::nullopt;
  const pb::TimelineEntry parsed = entry.Parse();
  pb::DayPassed passed;
  passed.set_day(day.Format());
  EntryChange change;
  const auto [rule_before, rule_after] = Around(parsed.export_rule().intervals(), passed.day());
  const auto [order_before, order_after] = Around(parsed.chip_order().intervals(), passed.day());
  if (rule_after != nullptr) {
    *passed.mutable_rule_before() = *rule_before;
    *passed.mutable_rule_after() = *rule_after;
    change.cause_event_ids = CausesOf(*rule_before, *rule_after);
  } else if (order_after != nullptr) {
    *passed.mutable_order_before() = *order_before;
    *passed.mutable_order_after() = *order_after;
    change.cause_event_ids = CausesOf(*order_before, *order_after);
  } else {
    return std::nullopt;
  }
  change.before = entry;
  change.after = entry;
  change.reason = pb::CHANGE_REASON_RULE_EFFECTIVE;
  change.passed = passed.SerializeAsString();
  return change;
}

}  // namespace chipline::timeline
