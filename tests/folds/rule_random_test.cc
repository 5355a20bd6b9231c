// The fold of a rule that goes on as claims are added says at each claim what the fold of all of
// them says: over random claims on few days, so that they echo, rescind, doubt and outdo each
// other.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/fold.h"
#include "tests/folds/rule_reports.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;
using testing::RuleBuilder;

class RandomRules {
 public:
  explicit RandomRules(unsigned seed) : random_(seed) {
    many_ = OneIn(12);
    unnamed_ = OneIn(2);
    undated_ = OneIn(3);
    linked_ = OneIn(2);
    asked_seldom_ = OneIn(2);
    days_ = undated_ ? 5 : OneIn(3) ? 3000 : 30;
    chips_ = static_cast<Given>(Any(3));
    places_ = static_cast<Given>(Any(3));
  }

  size_t claims() { return many_ ? 200 : 10 + Any(80); }
  // Whether somebody asks now.
  bool Asks() { return !asked_seldom_ || OneIn(15); }

  pb::Event Make(size_t number) {
    RuleBuilder rule(fmt::format("e{}", number),
                     static_cast<pb::RuleEffect>(1 + Any(undated_ ? 2 : 10)));
    if (number > 0 && OneIn(3)) return Retold(number);
    const std::string root = fmt::format("r{}", Any(6));
    rule.By(root, OneIn(undated_ ? 2 : 5) ? "" : Day());
    if (OneIn(4)) rule.Origin(static_cast<pb::OriginKind>(1 + Any(6)));
    if (!OneIn(undated_ ? 1 : 4)) rule.Effective(SomeDays());
    if (OneIn(undated_ ? 20 : 6)) rule.Binding(SomeDays());
    if (OneIn(4)) rule.Expires(SomeDays());
    if (!unnamed_ && OneIn(2)) rule.Id(fmt::format("rule {}", Any(4)));
    if (many_ ? !OneIn(9) : OneIn(undated_ ? 9 : 2)) {
      rule.Buyers({fmt::format("b{}", Any(many_ ? 500 : 3))});
    }
    if (OneIn(undated_ ? 20 : 8)) rule.Purpose("research");
    if (OneIn(undated_ ? 20 : 5)) rule.Standing(static_cast<pb::RuleStatus>(1 + Any(4)));
    if (OneIn(9)) rule.Instrument(pb::RULE_INSTRUMENT_STATEMENT);
    if (linked_ && number > 0 && OneIn(40)) {
      rule.Link(static_cast<pb::LinkRelation>(1 + Any(5)), fmt::format("e{}", Any(number + 2)));
    }
    pb::Event event = rule.event();
    SetReach(event.mutable_export_rule_change());
    if (OneIn(undated_ ? 2 : 4)) TellByPaper(&event);
    return made_.emplace_back(event);
  }

 private:
  size_t Any(size_t below) { return random_() % below; }
  bool OneIn(size_t several) { return Any(several) == 0; }
  std::string Day() { return CivilDay::FromDays(18'000 + static_cast<int>(Any(days_))).Format(); }
  std::string SomeDays() {
    switch (Any(8)) {
      case 0:
        return Day().substr(0, 7);
      case 1:
        return Day() + "/..";
      case 2:
        return "../" + Day();
      default:
        return Day();
    }
  }

  // All are of one entry: of one chip and place, or of what is given in words or as a group.
  void SetReach(pb::ExportRuleChange* rule) {
    if (chips_ == Given::kInWords) rule->clear_chips();
    if (chips_ == Given::kAsGroup) rule->mutable_chips(0)->set_open_group(true);
    if (OneIn(3)) rule->set_chips_text(fmt::format("chips {}", Any(20)));
    if (OneIn(6)) rule->add_chips_except()->set_id(fmt::format("c{}", Any(3)));
    if (places_ == Given::kInWords) rule->clear_destinations();
    if (places_ == Given::kAsGroup) rule->mutable_destinations(0)->set_open_group(true);
    if (OneIn(3)) rule->set_scope_text(fmt::format("places {}", Any(20)));
    if (OneIn(6)) rule->add_destinations_except()->set_id(fmt::format("d{}", Any(3)));
    if (rule->buyers_size() > 0 && OneIn(4)) rule->mutable_buyers(0)->set_open_group(true);
    if (!OneIn(undated_ ? 20 : 6)) return;
    rule->mutable_buyer_seat()->set_id(fmt::format("s{}", Any(2)));
    rule->mutable_buyer_seat()->set_open_group(OneIn(3));
  }

  // What an earlier one says, by a paper that has it from the root, or by the root once more.
  pb::Event Retold(size_t number) {
    pb::Event event = made_[Any(made_.size())];
    event.set_event_id(fmt::format("e{}", number));
    event.clear_links();
    pb::Hop& root = *event.mutable_source()->mutable_hops(event.source().hops_size() - 1);
    if (OneIn(2)) root.clear_published();
    if (OneIn(2)) root.mutable_published()->set_edtf(Day());
    if (OneIn(2)) TellByPaper(&event);
    return made_.emplace_back(event);
  }

  void TellByPaper(pb::Event* event) {
    const pb::Hop root = event->source().hops(event->source().hops_size() - 1);
    event->mutable_source()->clear_hops();
    pb::Hop& paper = *event->mutable_source()->add_hops();
    paper.mutable_publisher()->set_id(fmt::format("paper {}", Any(3)));
    paper.set_relation(pb::HOP_RELATION_QUOTES);
    paper.mutable_published()->set_edtf(Day());
    *event->mutable_source()->add_hops() = root;
  }

  // How rules give the chips, or the places, that they are of.
  enum class Given { kListed, kInWords, kAsGroup };

  std::mt19937 random_;
  Given chips_ = Given::kListed;
  Given places_ = Given::kListed;
  bool many_ = false;
  bool unnamed_ = false;
  bool undated_ = false;
  bool linked_ = false;
  bool asked_seldom_ = false;
  size_t days_ = 0;
  std::vector<pb::Event> made_;
};

// A rule to which claims are added, once as they come and once all at once.
class GrowingRule {
 public:
  void Add(const pb::Event& event) {
    pb::RecordedEvent recorded;
    *recorded.mutable_event() = event;
    recorded.set_position(rows_.size() + 1);
    recorded.mutable_record_time()->set_seconds(1'600'000'000 + 86'400 * int64_t(rows_.size()));
    if (rows_.empty()) {
      input_.key = kinds::KeysOf(recorded, names_).front();
      running_.emplace(input_.key, rows_, names_);
    }
    input_.rows.push_back(MakeClaim(recorded, /*own=*/true, names_));
    rows_.push_back(input_.rows.back());
    running_->Add(names_);
  }

  // Whether both say the same.
  ::testing::AssertionResult Agrees() {
    const pb::TimelineEntry goes_on = running_->Entry({}, names_);
    const pb::TimelineEntry anew = Fold(input_, names_);
    if (goes_on.SerializeAsString() == anew.SerializeAsString()) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << goes_on.DebugString() << "\nof all claims at once:\n"
                                         << anew.DebugString();
  }

 private:
  const NameTable table_;
  const NamesAt names_{table_, NameTable::kHead};
  FoldInput input_;
  Rows rows_;
  std::optional<RunningFold> running_;
};

TEST(RuleRandomTest, GoesOnFromClaimToClaim) {
  constexpr unsigned kSeed = 20261123;
  std::printf("seed %u\n", kSeed);
  for (unsigned log = 0; log < 60; ++log) {
    RandomRules rules(kSeed + log);
    GrowingRule rule;
    const size_t claims = rules.claims();
    for (size_t number = 0; number < claims; ++number) {
      rule.Add(rules.Make(number));
      if (number + 1 < claims && !rules.Asks()) continue;
      ASSERT_TRUE(rule.Agrees()) << "log " << log << ", claim " << number;
    }
  }
}

TEST(RuleRandomTest, GoesOnBeyondWhatAnEntryHasRoomFor) {
  constexpr int kClaims = 2500;
  std::mt19937 random(1);
  GrowingRule rule;
  for (int number = 0; number < kClaims; ++number) {
    // Mostly later ones, each of a day of its own.
    const int day = random() % 5 == 0 ? static_cast<int>(random() % kClaims) : number;
    RuleBuilder claim(fmt::format("e{}", number), static_cast<pb::RuleEffect>(1 + random() % 10));
    claim.By(fmt::format("r{}", number), CivilDay::FromDays(18'000).Format());
    claim.Effective(CivilDay::FromDays(18'000 + 2 * day).Format());
    if (random() % 3 == 0) claim.Expires(CivilDay::FromDays(18'001 + 2 * day).Format());
    rule.Add(claim.event());
    if (random() % 100 != 0) continue;
    ASSERT_TRUE(rule.Agrees()) << "claim " << number;
  }
  EXPECT_TRUE(rule.Agrees());
}

}  // namespace
}  // namespace chipline::timeline
