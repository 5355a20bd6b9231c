// How an order stands on each day of random small logs, against a plain reference.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/gates.h"
#include "tests/folds/plain_orders.h"
#include "tests/folds/rules.h"
#include "tests/folds/small_logs.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

using testing::FoldOrder;
using testing::IntervalOn;
using testing::Lines;
using testing::PlainGateKey;
using testing::PlainGates;
using testing::PlainOrder;
using testing::SmallLog;
using testing::TryLogs;
using testing::Word;

bool Clears(pb::GateState gate) {
  return gate == pb::GATE_STATE_SATISFIED || gate == pb::GATE_STATE_NOT_REQUIRED;
}

// On the days in between neither changes.
std::set<CivilDay> DaysOf(const PlainOrder& order, const pb::ChipOrderEntry& entry) {
  std::set<CivilDay> days = order.Days();
  days.merge(testing::CutDays(entry, entry));
  return days;
}

// Null if the order has no such gate.
const pb::GateStatus* StatusOf(const pb::OrderInterval& interval, const PlainGateKey& key) {
  const auto& [jurisdiction, kind, chip] = key;
  for (const pb::GateStatus& status : interval.gates()) {
    const bool of_chip = status.chip().empty() || status.chip() == chip;
    if (of_chip && status.gate() == kind && status.jurisdiction() == jurisdiction) return &status;
  }
  return nullptr;
}

AssertionResult Fails(const SmallLog& log, const pb::ChipOrderEntry& entry, CivilDay day,
                      std::string_view why) {
  std::string text = "\n" + log.Text();
  for (const std::string& line : Lines(entry)) text += "  " + line + "\n";
  return AssertionFailure() << text << (day == kDawn ? "on the first day" : day.Format()) << ": "
                            << why;
}

std::string Named(const PlainGateKey& key) {
  const auto& [jurisdiction, kind, chip] = key;
  return fmt::format("{}/{}/{}", jurisdiction, Word(kind), chip);
}

// The gates stand as they must, and the order as it follows from them. A gate that nothing names
// may be left out.
std::string CompareStates(const PlainGates& plain, const pb::OrderInterval& interval) {
  std::vector<pb::GateState> states;
  for (const auto& [key, gate] : plain) {
    if (gate.indirectly) return "";
    const pb::GateStatus* status = StatusOf(interval, key);
    const pb::GateState state = status == nullptr ? pb::GATE_STATE_UNKNOWN : status->state();
    if (state != gate.state) {
      return fmt::format("{} is {}; want {}, {} may apply", Named(key), Word(state),
                         Word(gate.state), fmt::join(gate.possible, " "));
    }
    if (status != nullptr) states.push_back(gate.state);
  }
  if (interval.state() == Combine(states)) return "";
  return fmt::format("the order is {}; want {}", Word(interval.state()), Word(Combine(states)));
}

// At each gate, by jurisdiction and step, the rules that may apply at any of the chips are named,
// and no others.
std::string ComparePossible(const PlainGates& plain, const pb::OrderInterval& interval) {
  std::map<std::pair<std::string, pb::GateKind>, std::set<std::string>> want;
  for (const auto& [key, gate] : plain) {
    if (gate.indirectly) return "";
    want[{std::get<0>(key), std::get<1>(key)}].insert(gate.possible.begin(), gate.possible.end());
  }
  for (const auto& [key, ids] : want) {
    std::set<std::string> named;
    for (const pb::GateStatus& status : interval.gates()) {
      if (std::pair(status.jurisdiction(), status.gate()) != key) continue;
      for (const pb::PossibleRule& rule : status.possible_rules()) {
        const auto& events = rule.event_ids();
        const bool may = std::any_of(events.begin(), events.end(),
                                     [&](const std::string& id) { return ids.contains(id); });
        if (!may) return fmt::format("{} cannot apply, but is named", fmt::join(events, " "));
        named.insert(events.begin(), events.end());
      }
    }
    for (const std::string& id : ids) {
      if (!named.contains(id)) return fmt::format("{} may apply and is not named", id);
    }
  }
  return "";
}

AssertionResult StandsAsPlainly(const SmallLog& log) {
  const pb::ChipOrderEntry entry = FoldOrder(log);
  PlainOrder order(log);
  for (const CivilDay day : DaysOf(order, entry)) {
    const pb::OrderInterval& interval = IntervalOn(entry, day);
    const PlainGates plain = order.On(day, {});
    std::string why = CompareStates(plain, interval);
    if (why.empty()) why = ComparePossible(plain, interval);
    if (!why.empty()) return Fails(log, entry, day, why);
  }
  return AssertionSuccess();
}

// Where it is not known which orders rules cover, UNKNOWN is right as well: what held before a rule
// is then what held for anybody, and not what a licence of some made of it.
AssertionResult StandsSoOrIsUnknown(const SmallLog& log) {
  const pb::ChipOrderEntry entry = FoldOrder(log);
  PlainOrder order(log);
  for (const CivilDay day : DaysOf(order, entry)) {
    const pb::OrderInterval& interval = IntervalOn(entry, day);
    for (const auto& [key, gate] : order.On(day, {})) {
      const pb::GateStatus* status = StatusOf(interval, key);
      const bool unknown = status == nullptr || status->state() == pb::GATE_STATE_UNKNOWN;
      if (gate.indirectly || unknown || status->state() == gate.state) continue;
      return Fails(
          log, entry, day,
          fmt::format("{} is {}; want {}", Named(key), Word(status->state()), Word(gate.state)));
    }
  }
  return AssertionSuccess();
}

// The sets that can be made of these.
std::vector<std::set<std::string>> SetsOf(const std::set<std::string>& all) {
  std::vector<std::set<std::string>> sets = {{}};
  for (const std::string& each : all) {
    for (size_t at = 0, end = sets.size(); at < end; ++at) {
      sets.push_back(sets[at]);
      sets.back().insert(each);
    }
  }
  return sets;
}

// What the gate may be, whichever of the claims hold whose days are not known.
struct Possibilities {
  std::set<pb::GateState> states;
  bool indirectly = false;
};

// Whether the state says no more than is known. That it is UNKNOWN may always be said; that it
// holds up, by whichever rule, and that it passes if some rule holds, too.
std::string CompareDoubtful(const PlainGateKey& key, const Possibilities& may_be,
                            pb::GateState state) {
  if (may_be.indirectly || state == pb::GATE_STATE_UNKNOWN) return "";
  const std::set<pb::GateState>& states = may_be.states;
  const auto alike = [&](pb::GateState each) {
    return (Clears(each) && Clears(state)) || (IsClosed(each) && IsClosed(state));
  };
  const bool right = state == pb::GATE_STATE_CONDITIONAL
                         ? std::any_of(states.begin(), states.end(), LetsPass)
                         : std::all_of(states.begin(), states.end(), alike);
  if (right) return "";
  std::string want;
  for (const pb::GateState each : states) want += " " + Word(each);
  return fmt::format("{} is {}; it may be{}", Named(key), Word(state), want);
}

AssertionResult SaysNoMoreThanIsKnown(const SmallLog& log) {
  constexpr size_t kMostDoubtful = 5;
  const pb::ChipOrderEntry entry = FoldOrder(log);
  PlainOrder order(log);
  for (const CivilDay day : DaysOf(order, entry)) {
    const std::set<std::string> doubtful = order.DoubtfulOn(day);
    if (doubtful.size() > kMostDoubtful) continue;
    std::map<PlainGateKey, Possibilities> gates;
    for (const std::set<std::string>& holding : SetsOf(doubtful)) {
      for (const auto& [key, gate] : order.On(day, holding)) {
        gates[key].states.insert(gate.state);
        gates[key].indirectly |= gate.indirectly;
      }
    }
    for (const auto& [key, may_be] : gates) {
      const pb::GateStatus* status = StatusOf(IntervalOn(entry, day), key);
      if (status == nullptr) continue;
      const std::string why = CompareDoubtful(key, may_be, status->state());
      if (!why.empty()) return Fails(log, entry, day, why);
    }
  }
  return AssertionSuccess();
}

TEST(OrderPlainTest, EachGateStandsAsTheSpecificationSays) {
  TryLogs(20261204, 2500, {.imports_without_place = true, .mixed_wordings = true}, StandsAsPlainly);
}

TEST(OrderPlainTest, EachGateStandsSoUnderRulesThatMayNotCoverTheOrder) {
  TryLogs(20261205, 2500, {.coverage = true}, StandsSoOrIsUnknown);
}

TEST(OrderPlainTest, EachGateOfAFamilyAndAGroupOfBuyersStandsSo) {
  TryLogs(20261206, 2000, {.order_of_groups = true}, StandsAsPlainly);
}

TEST(OrderPlainTest, OnDaysOfDoubtNoMoreIsSaidThanIsKnown) {
  TryLogs(20261207, 1000, {.doubtful_days = true}, SaysNoMoreThanIsKnown);
}

TEST(OrderPlainTest, WhileARuleMayHaveEndedNoMoreIsSaidThanIsKnown) {
  TryLogs(20261208, 300, {.doubtful_days = true, .doubtful_ends = true}, SaysNoMoreThanIsKnown);
}

TEST(OrderPlainTest, EachGateStandsSoWhereRulesBeginOnOneDay) {
  TryLogs(20261209, 2000, {.equal_days = true}, StandsAsPlainly);
}

}  // namespace
}  // namespace chipline::timeline
