#ifndef CHIPLINE_TESTS_FOLDS_SMALL_LOGS_H_
#define CHIPLINE_TESTS_FOLDS_SMALL_LOGS_H_

#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/valid_axis.h"

// Random small logs of rules and one order, in which what is known of the rules often does not tell
// whether they apply to the order.
namespace chipline::timeline::testing {

struct SmallLog {
  // By position, from 1 on.
  std::vector<v1::RecordedEvent> rules;
  // Comes last.
  v1::RecordedEvent order;

  const v1::ChipOrder& ordered() const { return order.event().chip_order(); }
  // For a reader who has to find out why a test failed.
  std::string Text() const;
};

NamesAt NoNames();

// The entry of the order: the rules' entries are folded first, and the order then depends on those
// that dependencies.h names.
v1::ChipOrderEntry FoldOrder(const SmallLog& log);

const v1::OrderInterval& IntervalOn(const v1::ChipOrderEntry& entry, CivilDay day);
// The days on which intervals of either entry begin, with kDawn.
std::set<CivilDay> CutDays(const v1::ChipOrderEntry& a, const v1::ChipOrderEntry& b);

// What a log may hold beside the usual.
struct LogKinds {
  // Rules of which it is not known on which day of a month they begin, and the same of their end;
  // such logs have no rule_ids.
  bool doubtful_days = false;
  bool doubtful_ends = false;
  // Rules that do not cover all orders, or do not say which.
  bool coverage = false;
  // Rules for some buyers, a seat or a purpose that have a rule_id.
  bool named_scopes = false;
  // Import rules that list no place, and so are of their own jurisdiction.
  bool imports_without_place = false;
  // Licences of which nothing is open but the buyer's seat.
  bool licences_for_seats = false;
  // Rules of one entry that word different chips, or leave out different ones.
  bool mixed_wordings = false;
  // Different rules that begin on one day.
  bool equal_days = false;
  // An order of a family of chips, or by a group of buyers.
  bool order_of_groups = false;
};

// The days that these logs are about lie here, but for months, which may reach beyond.
inline constexpr CivilDay kFirstDay = CivilDay::FromDays(20'000);
inline constexpr int kDays = 60;

class RandomLogs {
 public:
  RandomLogs(unsigned seed, LogKinds kinds) : random_(seed), kinds_(kinds) {}
  SmallLog Next();

 private:
  size_t Any(size_t below) { return random_() % below; }
  bool OneIn(size_t several) { return Any(several) == 0; }
  std::string Day();
  std::string DayOrMonth() { return OneIn(4) ? Day().substr(0, 7) : Day(); }
  std::string RuleDay() { return kinds_.doubtful_days ? DayOrMonth() : Day(); }
  std::string LastDay() { return kinds_.doubtful_ends ? DayOrMonth() : Day(); }
  v1::RecordedEvent NewRule(size_t number);
  v1::RecordedEvent Retold(const v1::RecordedEvent& original);
  v1::RecordedEvent Rescinding(const v1::RecordedEvent& target);
  v1::RecordedEvent Order();
  void SetChips(v1::ExportRuleChange* rule);
  void SetPlaces(v1::ExportRuleChange* rule);
  void SetBuyers(v1::ExportRuleChange* rule);
  void SetDays(v1::ExportRuleChange* rule, v1::Hop* root);
  v1::RuleEffect AnyEffect();

  std::mt19937 random_;
  LogKinds kinds_;
  // Of the log that is being made: what rules leave out that give chips in words or as a family,
  // and the days on which rules begin.
  std::string left_out_;
  std::set<CivilDay> begun_;
};

// What must hold of a log.
using LogCheck = ::testing::AssertionResult(const SmallLog&);

// Fails with the first of so many random logs of which it does not hold, without the rules and the
// fields that do not matter. The seed is printed; --gtest_random_seed=N adds N to it, for other
// logs.
void TryLogs(unsigned seed, int rounds, LogKinds kinds, LogCheck* holds);

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_SMALL_LOGS_H_
