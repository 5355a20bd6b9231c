#include "services/timeline/folds/links.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kKey[] = "capex/bytedance/total/2026/capex/forward";

Report Plan(std::string_view id, std::string_view figure = "100bn") {
  return Capex("bytedance").Period("2026").Id(id).Cny(figure).From("ft").On("2026-01-10");
}

Effect EffectOn(const Log& log, const std::string& id) {
  const FoldInput input = log.Input(kKey);
  const Effects effects = ResolveLinks(input.rows);
  for (size_t i = 0; i < input.rows.size(); ++i) {
    if (input.rows[i].event_id() == id) return effects[i];
  }
  ADD_FAILURE() << "no row " << id;
  return {};
}

TEST(Links, ARetractionThatArrivesFirstActsWhenItsTargetLands) {
  Log log;
  log.Add(Notice().Id("gone").Retracts("plan").From("ft").On("2026-01-12"));
  log.Add(Plan("plan"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_RETRACTED);
  EXPECT_EQ(EffectOn(log, "plan").ended_by, "gone");
}

TEST(Links, AForeignRetractionOnlyDenies) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Notice().Id("other").Retracts("plan").From("scmp").On("2026-01-12"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_STANDING);
  EXPECT_THAT(EffectOn(log, "plan").denied_by, ElementsAre("other"));
}

TEST(Links, AnOfficialOriginMayCorrectAnybody) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Plan("right", "90bn").Origin(pb::ORIGIN_KIND_FILING).Corrects("plan"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_CORRECTED);
}

TEST(Links, TwoUnknownRootsAreNotTheSameRoot) {
  Log log;
  log.Add(Capex("bytedance").Period("2026").Id("plan").Cny("1bn").RetoldBy("a"));
  log.Add(Notice().Retracts("plan").RetoldBy("a"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_STANDING);
}

TEST(Links, ACorrectionThatIsItselfCorrectedDoesNotAct) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Plan("wrong", "90bn").Corrects("plan"));
  log.Add(Notice().Id("back").Retracts("wrong").From("ft").On("2026-01-14"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_STANDING);
  EXPECT_EQ(EffectOn(log, "wrong").standing, pb::STANDING_RETRACTED);
}

TEST(Links, ARetractionThatIsRetractedBringsItsTargetBack) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Notice().Id("gone").Retracts("plan").From("ft").On("2026-01-12"));
  log.Add(Notice().Id("not-gone").Retracts("gone").From("ft").On("2026-01-13"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_STANDING);
  log.Add(Notice().Id("gone-indeed").Retracts("not-gone").From("ft").On("2026-01-14"));
  EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_RETRACTED);
}

TEST(Links, ASupersededClaimStillSupersedes) {
  Log log;
  log.Add(Plan("first"));
  log.Add(Plan("second", "110bn").Supersedes("first"));
  log.Add(Plan("third", "120bn").Supersedes("second"));
  EXPECT_EQ(EffectOn(log, "first").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "second").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "third").standing, pb::STANDING_STANDING);
}

TEST(Links, ALinkToALaterPositionDropsTheClaimAndNotItsLinks) {
  Log log;
  log.Add(Plan("old"));
  log.Add(Notice().Id("gone").Retracts("later").From("ft").On("2026-01-12"));
  log.Add(Plan("later", "120bn").Supersedes("old"));
  EXPECT_EQ(EffectOn(log, "later").standing, pb::STANDING_RETRACTED);
  EXPECT_EQ(EffectOn(log, "old").standing, pb::STANDING_SUPERSEDED);
}

TEST(Links, InARingTheHighestPositionStands) {
  Log log;
  log.Add(Plan("a", "1bn").Supersedes("b"));
  log.Add(Plan("b", "2bn").Supersedes("c"));
  log.Add(Plan("c", "3bn").Supersedes("a"));
  EXPECT_EQ(EffectOn(log, "a").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "b").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "c").standing, pb::STANDING_STANDING);
}

TEST(Links, ARingThatIsSupersededFromOutsideFallsWhole) {
  Log log;
  log.Add(Plan("a", "1bn").Supersedes("b"));
  log.Add(Plan("b", "2bn").Supersedes("a"));
  log.Add(Plan("c", "3bn").Supersedes("b"));
  EXPECT_EQ(EffectOn(log, "a").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "b").standing, pb::STANDING_SUPERSEDED);
  EXPECT_EQ(EffectOn(log, "c").standing, pb::STANDING_STANDING);
}

TEST(Links, TwoSuccessorsOfOnePlanBothStandAndConflict) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Plan("up", "150bn").Supersedes("plan"));
  log.Add(Plan("down", "50bn").Supersedes("plan"));
  EXPECT_EQ(EffectOn(log, "up").standing, pb::STANDING_STANDING);
  EXPECT_EQ(EffectOn(log, "down").standing, pb::STANDING_STANDING);
  EXPECT_EQ(log.Entry(kKey).capex().agreement(), pb::AGREEMENT_CONFLICTING);
}

TEST(Links, DenialsAndConfirmationsAreCountedAndDropNothing) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Notice().Id("no").Denies("plan").From("nvidia").Origin(pb::ORIGIN_KIND_OFFICIAL));
  log.Add(Notice().Id("yes").Confirms("plan").From("scmp"));
  const Effect effect = EffectOn(log, "plan");
  EXPECT_EQ(effect.standing, pb::STANDING_STANDING);
  EXPECT_THAT(effect.denied_by, ElementsAre("no"));
  EXPECT_THAT(effect.confirmed_by, ElementsAre("yes"));
  EXPECT_EQ(log.Entry(kKey).capex().independent_roots(), 1u);
}

TEST(Links, ARetractedDenialIsNotCounted) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Notice().Id("no").Denies("plan").From("scmp").On("2026-01-11"));
  log.Add(Notice().Retracts("no").From("scmp").On("2026-01-12"));
  EXPECT_THAT(EffectOn(log, "plan").denied_by, IsEmpty());
}

TEST(Links, WhatEndsAClaimEndsItsEchoes) {
  Log log;
  log.Add(Plan("plan"));
  log.Add(Plan("echo").Via("pls48"));
  log.Add(Notice().Id("gone").Retracts("plan").From("ft").On("2026-01-12"));
  EXPECT_EQ(EffectOn(log, "echo").standing, pb::STANDING_RETRACTED);
}

TEST(Links, AStepBackToAnEarlierFigureIsNotItsEcho) {
  Log log;
  log.Add(Plan("first", "160bn"));
  log.Add(Plan("second", "170bn").Supersedes("first"));
  log.Add(Plan("third", "160bn").Supersedes("second"));
  EXPECT_EQ(EffectOn(log, "third").standing, pb::STANDING_STANDING);
}

TEST(Links, AStepBackThatNeedsSeveralStepsIsNotItsEchoEither) {
  Log log;
  log.Add(Plan("first", "160bn"));
  log.Add(Plan("second", "170bn").Corrects("first"));
  log.Add(Plan("third", "180bn").Supersedes("second"));
  log.Add(Plan("fourth", "160bn").Supersedes("third"));
  EXPECT_EQ(EffectOn(log, "fourth").standing, pb::STANDING_STANDING);
  EXPECT_EQ(EffectOn(log, "third").ended_by, "fourth");
  EXPECT_EQ(EffectOn(log, "first").ended_by, "second");
}

TEST(Links, WhatEndsAnEchoEndsTheClaimThoughThatCarriesLinks) {
  Log log;
  log.Add(Plan("first", "50bn"));
  log.Add(Plan("second", "40bn").Supersedes("first").On("2026-01-11"));
  log.Add(Plan("again", "40bn").On("2026-01-12"));
  log.Add(Plan("third", "30bn").Supersedes("again").On("2026-01-13"));
  EXPECT_EQ(EffectOn(log, "second").ended_by, "third");
  EXPECT_EQ(EffectOn(log, "again").ended_by, "third");
  EXPECT_EQ(EffectOn(log, "third").standing, pb::STANDING_STANDING);
}

TEST(Links, ALinkOfAnEchoOfWhatWasRetractedActsOn) {
  Log log;
  log.Add(Plan("first", "50bn"));
  log.Add(Plan("second", "40bn").Supersedes("first").On("2026-01-11"));
  log.Add(Plan("again", "40bn").On("2026-01-12"));
  log.Add(Notice().Id("gone").Retracts("again").From("ft").On("2026-01-13"));
  EXPECT_EQ(EffectOn(log, "second").standing, pb::STANDING_RETRACTED);
  EXPECT_EQ(EffectOn(log, "first").ended_by, "second") << "what it ended does not come back";
  EXPECT_EQ(log.Entry(kKey).capex().agreement(), pb::AGREEMENT_NO_VALUE);
}

TEST(Links, TwoClaimsThatEndEchoesOfEachOtherLeaveTheHigher) {
  Log log;
  log.Add(Plan("old", "40bn"));
  log.Add(Plan("one", "40bn").Supersedes("old"));
  log.Add(Plan("two", "40bn").Supersedes("old"));
  EXPECT_EQ(EffectOn(log, "one").ended_by, "two");
  EXPECT_EQ(EffectOn(log, "two").standing, pb::STANDING_STANDING);
}

TEST(Links, AWithdrawalOutweighsASuccession) {
  for (const bool retraction_first : {false, true}) {
    Log log;
    log.Add(Plan("plan"));
    const Report gone = Notice().Id("gone").Retracts("plan").From("ft").On("2026-01-12");
    if (retraction_first) log.Add(gone);
    log.Add(Plan("next", "120bn").Supersedes("plan"));
    if (!retraction_first) log.Add(gone);
    EXPECT_EQ(EffectOn(log, "plan").standing, pb::STANDING_RETRACTED);
    EXPECT_EQ(EffectOn(log, "plan").ended_by, "gone");
  }
}

// The rules of timelines.md once more, by definition and without any care for cost.
class Model {
 public:
  explicit Model(const Rows& rows) : rows_(rows) {}

  pb::Standing Of(size_t target) const {
    pb::Standing worst = pb::STANDING_STANDING;
    const auto rank = [](pb::Standing standing) {
      return standing == pb::STANDING_SUPERSEDED  ? 1
             : standing == pb::STANDING_CORRECTED ? 2
             : standing == pb::STANDING_RETRACTED ? 3
                                                  : 0;
    };
    for (size_t carrier = 0; carrier < rows_.size(); ++carrier) {
      for (const pb::Standing standing :
           {pb::STANDING_SUPERSEDED, pb::STANDING_CORRECTED, pb::STANDING_RETRACTED}) {
        if (!ActsOn(carrier, target, standing)) continue;
        const bool closes_ring = standing == pb::STANDING_SUPERSEDED &&
                                 target == HighestOfRing(target) && Reaches(target, carrier);
        if (!closes_ring && rank(standing) > rank(worst)) worst = standing;
      }
    }
    return worst;
  }

 private:
  static pb::LinkRelation RelationOf(pb::Standing standing) {
    return standing == pb::STANDING_SUPERSEDED  ? pb::LINK_RELATION_SUPERSEDES
           : standing == pb::STANDING_CORRECTED ? pb::LINK_RELATION_CORRECTS
                                                : pb::LINK_RELATION_RETRACTS;
  }

  bool Silenced(size_t row) const {
    for (size_t above = row + 1; above < rows_.size(); ++above) {
      if (ActsOn(above, row, pb::STANDING_CORRECTED) ||
          ActsOn(above, row, pb::STANDING_RETRACTED)) {
        return true;
      }
    }
    return false;
  }

  bool ActsOn(size_t carrier, size_t target, pb::Standing standing) const {
    if (carrier == target || rows_[carrier].root != rows_[target].root) return false;
    const auto& links = rows_[carrier].event.event().links();
    const bool linked = std::any_of(links.begin(), links.end(), [&](const pb::Link& link) {
      return link.relation() == RelationOf(standing) && link.event_id() == rows_[target].event_id();
    });
    return linked && !Silenced(carrier);
  }

  bool Reaches(size_t from, size_t to) const {
    std::vector<bool> seen(rows_.size(), false);
    std::vector<size_t> open = {from};
    while (!open.empty()) {
      const size_t at = open.back();
      open.pop_back();
      for (size_t next = 0; next < rows_.size(); ++next) {
        if (seen[next] || !ActsOn(at, next, pb::STANDING_SUPERSEDED)) continue;
        seen[next] = true;
        open.push_back(next);
      }
    }
    return seen[to];
  }

  size_t HighestOfRing(size_t row) const {
    for (size_t above = rows_.size(); above-- > row + 1;) {
      if (Reaches(row, above) && Reaches(above, row)) return above;
    }
    return row;
  }

  const Rows& rows_;
};

Log RandomLog(std::mt19937* random, int size) {
  Log log;
  for (int i = 0; i < size; ++i) {
    Report report = Capex("bytedance").Period("2026").Id("r" + std::to_string(i));
    report.Cny(std::to_string(i + 1) + "bn").From((*random)() % 4 == 0 ? "scmp" : "ft");
    for (size_t links = (*random)() % 3; links > 0; --links) {
      const auto relation = static_cast<pb::LinkRelation>(1 + (*random)() % 5);
      const std::string target = "r" + std::to_string((*random)() % static_cast<unsigned>(size));
      if (target != report.event().event_id()) report.Link(relation, target);
    }
    log.Add(report);
  }
  return log;
}

TEST(Links, RandomLinksDoWhatTheRulesSay) {
  for (std::mt19937::result_type seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const Log log = RandomLog(&random, 2 + static_cast<int>(seed % 9));
    const FoldInput input = log.Input(kKey);
    const Effects effects = ResolveLinks(input.rows);
    const Model model(input.rows);
    for (size_t i = 0; i < effects.size(); ++i) {
      ASSERT_EQ(effects[i].standing, model.Of(i)) << input.rows[i].event_id();
    }
  }
}

// Where no carrier is itself corrected or retracted and there is no ring, arrival changes nothing.
TEST(Links, WithoutRingsAndEndedCarriersTheOrderOfArrivalDoesNotMatter) {
  for (std::mt19937::result_type seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::vector<Report> reports;
    for (int i = 0; i < 8; ++i) {
      reports.push_back(Plan("r" + std::to_string(i), std::to_string(i + 1) + "bn"));
      if (i > 0)
        reports.back().Supersedes("r" + std::to_string(random() % static_cast<unsigned>(i)));
      if (random() % 3 == 0) {
        reports.push_back(Notice()
                              .Id("n" + std::to_string(i))
                              .From("ft")
                              .On("2026-01-11")
                              .Denies("r" + std::to_string(i)));
      }
    }
    const auto outcome = [&] {
      Log log;
      for (const Report& report : reports) log.Add(report);
      const FoldInput input = log.Input(kKey);
      const Effects effects = ResolveLinks(input.rows);
      std::vector<std::string> outcomes;
      for (size_t i = 0; i < effects.size(); ++i) {
        outcomes.push_back(input.rows[i].event_id() + pb::Standing_Name(effects[i].standing) +
                           std::to_string(effects[i].denied_by.size()));
      }
      std::sort(outcomes.begin(), outcomes.end());
      return outcomes;
    };
    const std::vector<std::string> first = outcome();
    for (int round = 0; round < 5; ++round) {
      std::shuffle(reports.begin(), reports.end(), random);
      ASSERT_EQ(outcome(), first);
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
