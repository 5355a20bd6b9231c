// Prints what it costs to make the claims of an entry with many, in several shapes, from their
// stored bytes, to fold it, and to fold one claim more: folds_bench [claims].
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/fold.h"
#include "tests/folds/reports.h"
#include "tests/folds/rule_reports.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::OrderBuilder;
using testing::RuleBuilder;

// Of this thread's CPU, so that what else the machine does counts for little.
double Milliseconds(double from = 0) {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6 - from;
}

std::string Day(int number) { return CivilDay::FromDays(12'000 + number).Format(); }

// The first entry of `kind` that the events make, with all that belong to it as rows.
FoldInput InputOf(const std::vector<pb::Event>& events, pb::EntryKey::KeyCase kind) {
  static const NameTable kNoNames;
  const NamesAt names{kNoNames, NameTable::kHead};
  FoldInput input;
  std::string id;
  for (size_t i = 0; i < events.size(); ++i) {
    pb::RecordedEvent recorded;
    *recorded.mutable_event() = events[i];
    recorded.set_position(i + 1);
    recorded.mutable_record_time()->set_seconds(1'790'000'000);
    // Only the name of an order counts.
    recorded.set_subject("order.recorded." + events[i].chip_order().order_id());
    bool own = false;
    for (const pb::EntryKey& key : kinds::KeysOf(recorded, names)) {
      if (key.key_case() != kind) continue;
      if (id.empty()) {
        id = kinds::EntryId(key);
        input.key = key;
      }
      own = own || kinds::EntryId(key) == id;
    }
    if (own || !events[i].links().empty()) input.rows.push_back(MakeClaim(recorded, own, names));
  }
  return input;
}

// What it takes to have the rows from their bytes.
double MakeAgain(const FoldInput& input, const NamesAt& names) {
  std::vector<std::string> bytes;
  for (const Claim& row : input.rows) bytes.push_back(row.event.SerializeAsString());
  const double begin = Milliseconds();
  Rows rows;
  for (const std::string& each : bytes) {
    pb::RecordedEvent event;
    if (event.ParseFromString(each)) rows.push_back(MakeClaim(event, true, names));
  }
  return Milliseconds(begin);
}

// What each of the last claims takes while the fold goes on.
double OneMore(const FoldInput& input, const NamesAt& names) {
  const size_t last = std::min<size_t>(input.rows.size() / 2, 50);
  if (last == 0) return 0;
  const auto first = input.rows.end() - static_cast<std::ptrdiff_t>(last);
  Rows rows(input.rows.begin(), first);
  RunningFold fold(input.key, rows, names);
  fold.Entry({}, names);
  double taken = 0;
  for (auto row = first; row != input.rows.end(); ++row) {
    rows.push_back(*row);
    const double begin = Milliseconds();
    fold.Add(names);
    fold.Entry({}, names);
    taken += Milliseconds(begin);
  }
  return taken / static_cast<double>(last);
}

void Measure(const std::string& name, const FoldInput& input) {
  static const NameTable kNoNames;
  const NamesAt names{kNoNames, NameTable::kHead};
  const double made = MakeAgain(input, names);
  const double begin = Milliseconds();
  size_t bytes = 0;
  int rounds = 0;
  while (rounds < 1 || (rounds < 20 && Milliseconds(begin) < 500)) {
    bytes = Fold(input, names).ByteSizeLong();
    ++rounds;
  }
  const double folded = Milliseconds(begin) / rounds;
  std::printf("%-34s %6zu claims: made %7.2f ms, folded %7.2f ms, one more %7.3f ms, %7zu bytes\n",
              name.c_str(), input.rows.size(), made, folded, OneMore(input, names), bytes);
  std::fflush(stdout);
}

using Make = std::function<pb::Event(int)>;

void Run(const std::string& name, pb::EntryKey::KeyCase kind, int claims, const Make& make) {
  std::vector<pb::Event> events;
  for (int i = 0; i < claims; ++i) {
    events.push_back(make(i));
    if (events.back().event_id().empty()) events.back().set_event_id(fmt::format("e{}", i));
  }
  Measure(name, InputOf(events, kind));
}

void RunCapex(int claims) {
  const auto told = [](int i, int roots, int figures) {
    return Capex("bytedance")
        .Period("2026")
        .Id(fmt::format("e{}", i))
        .Cny(std::to_string(1'000'000 + i % figures * 997))
        .From(fmt::format("r{}", i % roots))
        .On(Day(i % 3000));
  };
  const auto kind = pb::EntryKey::kCapex;
  Run("capex, a figure and a root each", kind, claims,
      [&](int i) { return told(i, 1'000'000, 1'000'000).event(); });
  Run("capex, ten roots", kind, claims, [&](int i) { return told(i, 10, 1'000'000).event(); });
  Run("capex, one figure, one root", kind, claims, [&](int i) { return told(i, 1, 1).event(); });
  Run("capex, each is denied", kind, 2 * (claims / 2), [&](int i) {
    if (i % 2 == 0) return told(i, 1'000'000, 1'000'000).event();
    const std::string target = fmt::format("e{}", i - 1);
    return Notice().Id(fmt::format("e{}", i)).Denies(target).From("ft").event();
  });
  Run("capex, half retract an echo", kind, claims, [&](int i) {
    if (i % 2 == 0) return told(i, 1, 1).On(Day(1)).event();
    const std::string target = fmt::format("e{}", i - 1);
    return Notice().Id(fmt::format("e{}", i)).Retracts(target).From("r0").On(Day(2)).event();
  });
  Run("capex, rings of two", kind, claims, [&](int i) {
    Report report = told(i, 1, 1'000'000);
    return report.Supersedes(fmt::format("e{}", i ^ 1)).event();
  });
  Run("capex, each supersedes the last", kind, claims, [&](int i) {
    Report report = told(i, 1, 1'000'000);
    if (i > 0) report.Supersedes(fmt::format("e{}", i - 1));
    return report.event();
  });
}

RuleBuilder Rule(int i, pb::RuleEffect effect) {
  RuleBuilder rule(fmt::format("e{}", i), effect);
  rule.By(fmt::format("r{}", i % 100), Day(i % 3000));
  return rule;
}

pb::RuleEffect AnyEffect(int i) { return static_cast<pb::RuleEffect>(1 + i % 10); }

void RunRules(int claims) {
  const auto kind = pb::EntryKey::kExportRule;
  Run("rule, a day each", kind, claims,
      [](int i) { return Rule(i, AnyEffect(i)).Effective(Day(i)).event(); });
  Run("rule, one day", kind, claims,
      [](int i) { return Rule(i, AnyEffect(i)).Effective(Day(1)).event(); });
  Run("rule, a month each", kind, claims,
      [](int i) { return Rule(i, AnyEffect(i)).Effective(Day(i).substr(0, 7)).event(); });
  Run("rule, a rule_id each", kind, claims, [](int i) {
    return Rule(i, AnyEffect(i)).Effective(Day(i)).Id(fmt::format("rule {}", i)).event();
  });
  Run("rule, a buyer each", kind, claims, [](int i) {
    return Rule(i, AnyEffect(i)).Effective(Day(i)).Buyers({fmt::format("b{}", i)}).event();
  });
  Run("rule, each lasts a week", kind, claims,
      [](int i) { return Rule(i, AnyEffect(i)).Effective(Day(i)).Expires(Day(i + 7)).event(); });
  Run("rule, half of them rescind", kind, claims, [](int i) {
    RuleBuilder rule = Rule(i, AnyEffect(i / 2)).Effective(Day(i));
    if (i % 2 == 1) rule.Standing(pb::RULE_STATUS_RESCINDED);
    return rule.event();
  });
}

void RunOrders(int claims) {
  const auto order = [](int i) {
    OrderBuilder report(fmt::format("e{}", i));
    report.By(fmt::format("r{}", i % 100), Day(i % 3000)).Count(testing::Chips(1000 + i));
    return report;
  };
  const auto kind = pb::EntryKey::kChipOrder;
  Run("order, planned each", kind, claims, [&](int i) { return order(i).event(); });
  Run("order, a stage and a day each", kind, claims, [&](int i) {
    return order(i).Stage(static_cast<pb::OrderStage>(1 + i % 11)).On(Day(i)).event();
  });
  Run("order, half have a day each", kind, claims, [&](int i) {
    OrderBuilder report = order(i);
    if (i % 2 == 0) report.On(Day(i));
    return report.event();
  });
  Run("order, a gate each", kind, claims, [&](int i) {
    const auto state = static_cast<pb::GateState>(1 + i % 6);
    return order(i)
        .By("ft", Day(i))
        .Gate("cn", pb::GATE_KIND_IMPORT, state)
        .Gate("us", pb::GATE_KIND_EXPORT, state)
        .event();
  });
  Run("order, a buyer and a price each", kind, claims,
      [&](int i) { return order(i).Buyers({"bytedance"}).UnitPriceUsd(20'000 + i).event(); });
}

void RunSupply(int claims) {
  const auto stock = [](int i, const std::string& holder) {
    return Supply(holder, "h200", pb::SUPPLY_METRIC_INVENTORY)
        .Id(fmt::format("e{}", i))
        .Count(std::to_string(1000 + i))
        .From(fmt::format("r{}", i % 100));
  };
  const auto kind = pb::EntryKey::kChipSupply;
  Run("supply, one holder, a day each", kind, claims,
      [&](int i) { return stock(i, "nvidia").AsOf(Day(i)).event(); });
  Run("supply, one holder, one day", kind, claims,
      [&](int i) { return stock(i, "nvidia").AsOf(Day(1)).event(); });
  Run("supply, a holder each", kind, claims,
      [&](int i) { return stock(i, fmt::format("h{}", i)).AsOf(Day(i)).event(); });
  Run("supply, an order each", kind, claims, [&](int i) {
    return Order(fmt::format("o{}", i), fmt::format("b{}", i), "h200")
        .Id(fmt::format("e{}", i))
        .Count(std::to_string(1000 + i))
        .From("ft")
        .event();
  });
  Run("supply, one order", kind, claims, [&](int i) {
    return Order("o", "bytedance", "h200")
        .Id(fmt::format("e{}", i))
        .Count(std::to_string(1000 + i))
        .From(fmt::format("r{}", i % 100))
        .StageDate(Day(i))
        .event();
  });
  Run("supply, an open group each", kind, claims, [&](int i) {
    return Order(fmt::format("o{}", i), fmt::format("group {}", i), "h200")
        .Id(fmt::format("e{}", i))
        .Count(std::to_string(1000 + i))
        .From("ft")
        .event();
  });
}

void RunUsage(int claims) {
  const auto use = [](int i) {
    return Usage("bytedance")
        .Id(fmt::format("e{}", i))
        .Count(std::to_string(1000 + i))
        .From(fmt::format("r{}", i % 100));
  };
  const auto kind = pb::EntryKey::kUsage;
  Run("usage, a day each", kind, claims, [&](int i) { return use(i).AsOf(Day(i)).event(); });
  Run("usage, one day", kind, claims, [&](int i) { return use(i).AsOf(Day(1)).event(); });
}

}  // namespace
}  // namespace chipline::timeline

int main(int argc, char** argv) {
  const int claims = argc > 1 ? std::atoi(argv[1]) : 10'000;
  chipline::timeline::RunCapex(claims);
  chipline::timeline::RunRules(claims);
  chipline::timeline::RunOrders(claims);
  chipline::timeline::RunSupply(claims);
  chipline::timeline::RunUsage(claims);
  return 0;
}
