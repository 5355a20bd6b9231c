#include "services/timeline/folds/reasons.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

pb::PossibleRule OneWay(int seat) {
  pb::PossibleRule rule;
  pb::ReachCondition& condition = *rule.add_applies_if()->add_all();
  condition.set_kind(pb::REACH_KIND_SEAT_IS_IN);
  condition.set_company("nettrix");
  condition.set_place(fmt::format("place{}", seat));
  return rule;
}

TEST(Reasons, AWayIsAddedOnce) {
  pb::PossibleRule rule = OneWay(1);
  AddWays(OneWay(1), &rule);
  AddWays(OneWay(2), &rule);
  ShowWays(&rule);
  EXPECT_EQ(rule.applies_if_size(), 2);
  EXPECT_THAT(rule.condition(), HasSubstr("the seat of nettrix is not place1, and the seat"));
  EXPECT_THAT(rule.condition(), Not(HasSubstr("more of the kind")));
}

// A list that is cut would say that the rule applies to fewer than it does.
TEST(Reasons, MoreWaysThanAreShownAreWordsAlone) {
  pb::PossibleRule sixteen = OneWay(0);
  for (int seat = 1; seat < 16; ++seat) AddWays(OneWay(seat), &sixteen);
  pb::PossibleRule many = sixteen;
  for (int seat = 16; seat < 200; ++seat) AddWays(OneWay(seat), &many);
  ShowWays(&sixteen);
  ShowWays(&many);
  EXPECT_EQ(sixteen.applies_if_size(), 16);
  EXPECT_EQ(many.applies_if_size(), 0);
  EXPECT_THAT(many.condition(), HasSubstr("place15"));
  EXPECT_THAT(many.condition(), EndsWith(", and more of the kind"));
  EXPECT_THAT(many.condition(), Not(HasSubstr("place16")));
}

}  // namespace
}  // namespace chipline::timeline
