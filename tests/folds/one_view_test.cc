// One speaker has one view: stories of one entry, and random claims against the rule read plainly.
#include "services/timeline/folds/one_view.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/selector.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kKey[] = "capex/bytedance/total/2026/capex/forward";

// What a company files.
Report Filed(std::string_view id, std::string_view figure, std::string_view day) {
  Report report = Capex("bytedance").Period("2026").Id(id).Cny(figure).From("bytedance");
  report.Origin(pb::ORIGIN_KIND_FILING);
  if (!day.empty()) report.On(day);
  return report;
}

std::vector<std::string> Standing(const pb::CapexEntry& entry) {
  std::vector<std::string> ids;
  const auto add = [&](const pb::AmountFigure& figure) {
    for (const std::string& id : figure.grounds().event_ids()) ids.push_back(id);
  };
  if (entry.has_selected()) add(entry.selected());
  for (const pb::AmountFigure& other : entry.alternatives()) add(other);
  return ids;
}

std::vector<std::string> Revised(const pb::CapexEntry& entry) {
  std::vector<std::string> ids;
  for (const pb::AmountFigure& each : entry.revisions()) {
    ids.push_back(each.claim().event_id() + " by " + each.claim().ended_by());
  }
  return ids;
}

TEST(OneView, ALaterFigureOfTheSpeakerTakesThePlaceOfTheEarlier) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_THAT(Standing(entry), ElementsAre("new"));
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_SINGLE);
  ASSERT_THAT(Revised(entry), ElementsAre("old by new"));
  const pb::AmountFigure& old = entry.revisions(0);
  EXPECT_EQ(old.claim().standing(), pb::STANDING_SUPERSEDED);
  EXPECT_EQ(old.grounds().rule(), rules::kReplaced);
  EXPECT_EQ(old.grounds().reason(), "A later word of its speaker (bytedance) took its place: new.");
}

TEST(OneView, WhatIsExplainedIsTheSame) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  const pb::ExplainEntryResponse explained = log.Explained(kKey);
  EXPECT_EQ(explained.claims(0).summary().standing(), pb::STANDING_SUPERSEDED);
  EXPECT_EQ(explained.claims(0).summary().ended_by(), "new");
  EXPECT_THAT(explained.claims(0).rules(), testing::Contains(std::string(rules::kReplaced)));
}

TEST(OneView, BackToAnOldFigureIsANewView) {
  Log log;
  log.Add(Filed("ten", "10bn", "2025-01-01"));
  log.Add(Filed("twelve", "12bn", "2025-02-01"));
  log.Add(Filed("again", "10bn", "2025-03-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_THAT(Standing(entry), ElementsAre("again"));
  EXPECT_THAT(Revised(entry), ElementsAre("ten by twelve", "twelve by again"));
}

TEST(OneView, TheSameFigureAgainIsOneViewAndNoRevision) {
  Log log;
  log.Add(Filed("first", "10bn", "2025-01-01"));
  log.Add(Filed("again", "10bn", "2025-02-01"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("first", "again"));
  EXPECT_THAT(Revised(log.Entry(kKey).capex()), IsEmpty());
  log.Add(Filed("other", "12bn", "2025-03-01"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("other"));
  EXPECT_THAT(Revised(log.Entry(kKey).capex()), ElementsAre("first by other"));
}

TEST(OneView, FiguresOfOneDayStandSideBySide) {
  Log log;
  log.Add(Filed("low", "10bn", "2025-01-01"));
  log.Add(Filed("high", "14bn", "2025-01-01"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("low", "high"));
  log.Add(Filed("later", "14bn", "2025-02-01"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("high", "later"));
}

TEST(OneView, AnOlderPublicationThatArrivesLateIsReplacedAtOnce) {
  Log log;
  log.Add(Filed("new", "12bn", "2025-11-10"));
  log.Add(Filed("old", "20bn", "2025-05-14"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("new"));
  EXPECT_THAT(Revised(log.Entry(kKey).capex()), ElementsAre("old by new"));
}

TEST(OneView, WhatHasNoDayIsAsOldAsTheSameFigureOrStandsBeside) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  log.Add(Filed("page", "20bn", "").Via("econotimes").SeenOn("2025-12-04"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("new"));
  log.Add(Filed("beside", "30bn", "").Via("econotimes").SeenOn("2025-12-05"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("new", "beside"));
}

TEST(OneView, AnEchoGoesWithWhatItRepeatsThoughItsOriginIsNotStated) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14"));
  log.Add(Capex("bytedance").Period("2026").Id("page").Cny("20bn").From("bytedance").Via("pls48"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("new"));
}

TEST(OneView, ANewspaperThatQuotesTwoBanksLosesNeither) {
  Log log;
  const auto quoted = [](std::string_view id, std::string_view bank, std::string_view figure,
                         std::string_view day) {
    return Capex("bytedance")
        .Period("2026")
        .Id(id)
        .Cny(figure)
        .From("ft")
        .On(day)
        .Origin(pb::ORIGIN_KIND_ANALYST, bank);
  };
  log.Add(quoted("one", "Goldman Sachs", "20bn", "2025-05-14"));
  log.Add(quoted("two", "JPMorgan", "12bn", "2025-11-10"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("one", "two"));
  log.Add(quoted("both", "JPMorgan", "20bn", "2025-11-11"));
  log.Add(quoted("three", "JPMorgan", "15bn", "2025-11-12"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("one", "three"));
}

TEST(OneView, AnotherKindOfOriginOrCurrencyIsAnotherView) {
  Log log;
  log.Add(Filed("filed", "20bn", "2025-05-14"));
  log.Add(Filed("guessed", "12bn", "2025-11-10").Origin(pb::ORIGIN_KIND_UNNAMED));
  Report dollars = Capex("bytedance").Period("2026").Id("dollars").Usd("3bn").From("bytedance");
  log.Add(dollars.On("2025-11-11").Origin(pb::ORIGIN_KIND_FILING));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()),
              UnorderedElementsAre("filed", "guessed", "dollars"));
}

TEST(OneView, WhatTheOneConcernedFilesAndWhatItSaysIsOneView) {
  Log log;
  log.Add(Filed("filed", "20bn", "2025-05-14"));
  log.Add(Filed("said", "12bn", "2025-11-10").Origin(pb::ORIGIN_KIND_NAMED));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("said"));
}

TEST(OneView, AnEstimateReplacesNoPlanAndNothingReplacesACommitment) {
  Log log;
  log.Add(Filed("plan", "20bn", "2025-01-01").Basis(pb::CAPEX_BASIS_GUIDANCE));
  log.Add(Filed("signed", "30bn", "2025-01-01").Basis(pb::CAPEX_BASIS_COMMITTED));
  log.Add(Filed("guess", "12bn", "2025-02-01").Basis(pb::CAPEX_BASIS_ESTIMATE));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("signed", "plan", "guess"));
  log.Add(Filed("plan-2", "22bn", "2025-03-01").Basis(pb::CAPEX_BASIS_PLAN));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), UnorderedElementsAre("signed", "plan-2"));
}

TEST(OneView, WhatStatesNoFigureReplacesNone) {
  Log log;
  log.Add(Filed("plan", "20bn", "2025-01-01"));
  log.Add(Filed("words", "billions", "2025-02-01"));
  EXPECT_THAT(Standing(log.Entry(kKey).capex()), ElementsAre("plan"));
}

TEST(OneView, ARetractedClaimKeepsWhatItReplacedFromComingBack) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  log.Add(Notice().Id("gone").Retracts("new").From("bytedance").On("2025-12-01"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  EXPECT_EQ(entry.agreement(), pb::AGREEMENT_NO_VALUE);
  EXPECT_THAT(Revised(entry), ElementsAre("old by new", "new by gone"));
}

TEST(OneView, TheGrowthAndTheConversionsOfWhatWasReplacedGoWithIt) {
  Log log;
  log.Add(Filed("old", "20bn", "2025-05-14").Growth("0.5").Converted("USD", "3bn"));
  log.Add(Filed("new", "12bn", "2025-11-10"));
  EXPECT_THAT(log.Entry(kKey).capex().growth(), IsEmpty());
  log.Add(Filed("again", "20bn", "2025-12-10").Growth("0.4").Converted("USD", "4bn"));
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  ASSERT_EQ(entry.growth_size(), 1);
  EXPECT_EQ(entry.growth(0).event_id(), "again");
  ASSERT_EQ(entry.conversions_size(), 1);
  EXPECT_EQ(entry.conversions(0).event_id(), "again");
}

TEST(OneView, OfManyRevisionsTheLatestAreShownAndTheRestCounted) {
  Log log;
  for (int i = 0; i < 40; ++i) {
    log.Add(Filed(fmt::format("r{}", i), fmt::format("{}bn", i + 1),
                  CivilDay::FromDays(20'000 + i).Format()));
  }
  const pb::CapexEntry entry = log.Entry(kKey).capex();
  ASSERT_EQ(entry.revisions_size(), kMaxShown);
  EXPECT_EQ(entry.revisions(kMaxShown - 1).claim().event_id(), "r38");
  EXPECT_EQ(entry.revisions_omitted(), 39u - kMaxShown);
}

Report Placed(std::string_view id, std::string_view count, std::string_view day) {
  return Order("trial", "bytedance", "h200")
      .Id(id)
      .Count(count)
      .Stage(pb::ORDER_STAGE_PLACED)
      .StageDate("2025-12")
      .From("nvidia")
      .On(day);
}

TEST(OneView, OfAnOrderTheFigureIsReplacedWithinAStageAndItsDay) {
  Log log;
  log.Add(Placed("old", "100", "2026-01-01").Condition("if paid for"));
  log.Add(Placed("new", "60", "2026-01-02"));
  log.Add(Placed("shipped", "10", "2026-01-03").Stage(pb::ORDER_STAGE_SHIPPED));
  log.Add(
      Placed("expected", "300", "2026-01-03").Stage(pb::ORDER_STAGE_PLACED, pb::MODALITY_EXPECTED));
  const pb::ChipOrderEntry entry = log.Entry("order/order.bytedance.trial").chip_order();
  ASSERT_EQ(entry.stages_size(), 3);
  EXPECT_EQ(entry.stages(0).selected().claim().event_id(), "new");
  EXPECT_EQ(entry.stages(0).agreement(), pb::AGREEMENT_SINGLE);
  EXPECT_THAT(entry.conditions(), ElementsAre("if paid for")) << "what else it says counts on";
  for (const pb::StageLedger& stage : entry.stages()) EXPECT_TRUE(stage.has_selected());
}

TEST(OneView, OfAnOrderACountOfAnotherDayIsAnotherReading) {
  Log log;
  log.Add(Placed("old", "100", "2026-01-01").StageDate("2025-11"));
  log.Add(Placed("new", "160", "2026-01-02"));
  const pb::ChipOrderEntry entry = log.Entry("order/order.bytedance.trial").chip_order();
  ASSERT_EQ(entry.stages_size(), 1);
  EXPECT_EQ(entry.stages(0).selected().claim().event_id(), "new");
  ASSERT_EQ(entry.stages(0).alternatives_size(), 1);
  EXPECT_EQ(entry.stages(0).alternatives(0).claim().event_id(), "old");
}

// Random claims of few speakers, roots, kinds, figures and days.
class RandomWords {
 public:
  explicit RandomWords(unsigned seed) : random_(seed) {
    const size_t count = 3 + random_() % 14;
    for (size_t i = 0; i < count; ++i) claims_.push_back(Make(i + 1));
    for (const Claim& claim : claims_) {
      Candidate candidate =
          *CandidateOf(claim, effect_, claim.event.event().capex_announcement().amount());
      candidates_.push_back(candidate);
      ended_.push_back(random_() % 8 == 0);
    }
  }

  std::mt19937& random() { return random_; }
  const std::vector<Candidate>& candidates() const { return candidates_; }
  bool ended(size_t at) const { return ended_[at]; }

 private:
  Claim Make(uint64_t position) {
    static const NameTable kNoNames;
    static constexpr pb::CapexBasis kBases[] = {pb::CAPEX_BASIS_PLAN, pb::CAPEX_BASIS_GUIDANCE,
                                                pb::CAPEX_BASIS_ESTIMATE,
                                                pb::CAPEX_BASIS_COMMITTED};
    Report report = Capex("bytedance").Period("2026").Cny(fmt::format("{}bn", 1 + random_() % 3));
    report.From(random_() % 3 == 0 ? "ft" : "bytedance").Id(fmt::format("e{}", position));
    if (random_() % 4 != 0) report.On(fmt::format("2026-01-0{}", 1 + random_() % 5));
    if (random_() % 4 == 0) report.Via("wire");
    report.Basis(kBases[random_() % 8 < 5 ? 0 : random_() % 4]);
    switch (random_() % 5) {
      case 0:
        report.Origin(pb::ORIGIN_KIND_FILING);
        break;
      case 2:
        report.Origin(pb::ORIGIN_KIND_NAMED);
        break;
      case 1:
        report.Origin(pb::ORIGIN_KIND_ANALYST, random_() % 2 == 0 ? "a bank" : "another bank");
        break;
      default:
        break;
    }
    pb::RecordedEvent recorded;
    *recorded.mutable_event() = report.event();
    recorded.set_position(position);
    recorded.mutable_record_time()->set_seconds(1'790'000'000);
    return MakeClaim(std::move(recorded), true, NamesAt{kNoNames, NameTable::kHead});
  }

  std::mt19937 random_;
  Rows claims_;
  const Effect effect_;
  std::vector<Candidate> candidates_;
  std::vector<bool> ended_;
};

// The rule, read plainly: of each claim the id of what took its place, empty if it stands.
class PlainReading {
 public:
  explicit PlainReading(const RandomWords& words) : words_(words), all_(words.candidates()) {}

  std::map<std::string, std::string> Run() const {
    std::map<std::string, std::string> replaced;
    for (size_t at = 0; at < all_.size(); ++at) {
      if (words_.ended(at)) continue;
      size_t by = Replacer(at);
      if (by == kNone) {
        // The last published of the claims that take it with them, then the first recorded.
        std::optional<CivilDay> last;
        for (size_t other = 0; other < all_.size(); ++other) {
          if (words_.ended(other) || other == at || !TakesAlong(other, at)) continue;
          const std::optional<CivilDay> day = Published(other);
          if (by == kNone || day > last) {
            by = Replacer(other);
            last = day;
          }
        }
      }
      if (by != kNone) replaced[IdOf(at)] = IdOf(by);
    }
    return replaced;
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  const Claim& At(size_t at) const { return *all_[at].claim; }
  const std::string& IdOf(size_t at) const { return At(at).event_id(); }
  bool SameFigure(size_t a, size_t b) const {
    return all_[a].range.low == all_[b].range.low && all_[a].range.high == all_[b].range.high;
  }
  bool OneView(size_t a, size_t b) const {
    const auto concerned = [](const Claim& claim) { return claim.voice == Voice::kConcerned; };
    const bool one_kind = concerned(At(a)) || concerned(At(b))
                              ? concerned(At(a)) == concerned(At(b))
                              : At(a).origin == At(b).origin;
    return At(a).speaker == At(b).speaker && one_kind;
  }
  std::optional<CivilDay> Published(size_t at) const {
    return At(at).root_dated ? std::optional(At(at).published) : std::nullopt;
  }
  // As old as the earliest of its view with the same figure.
  std::optional<CivilDay> DayOf(size_t at) const {
    std::optional<CivilDay> day = Published(at);
    if (day) return day;
    for (size_t other = 0; other < all_.size(); ++other) {
      const std::optional<CivilDay> of = Published(other);
      if (of && OneView(at, other) && SameFigure(at, other) && (!day || *of < *day)) day = of;
    }
    return day;
  }
  size_t Replacer(size_t at) const {
    const std::optional<CivilDay> day = DayOf(at);
    const int firmness = FirmnessOf(At(at));
    if (!day || firmness == 0) return kNone;
    size_t first = kNone;
    for (size_t other = 0; other < all_.size(); ++other) {
      const std::optional<CivilDay> of = Published(other);
      if (!of || *of <= *day || !OneView(at, other) || SameFigure(at, other)) continue;
      if (FirmnessOf(At(other)) > firmness) continue;
      if (first == kNone || *of < *Published(first)) first = other;
    }
    return first;
  }
  bool TakesAlong(size_t claim, size_t echo) const {
    if (Replacer(claim) == kNone || At(claim).root != At(echo).root) return false;
    const bool other_speaker =
        At(echo).speaker != At(echo).root && At(echo).speaker != At(claim).speaker;
    if (!SameFigure(claim, echo) || other_speaker) return false;
    const std::optional<CivilDay> of = Published(claim);
    return !At(echo).root_dated || (of && At(echo).published <= *of);
  }

  const RandomWords& words_;
  const std::vector<Candidate>& all_;
};

// Who is selected and what stands, in order.
std::string Said(const Selection& selection) {
  std::string text =
      fmt::format("{} {}:", static_cast<int>(selection.agreement), selection.omitted);
  for (const Ranked& ranked : selection.ranked) {
    std::vector<std::string> echoes;
    for (const Candidate& echo : ranked.said->echoes) echoes.push_back(echo.claim->event_id());
    text += fmt::format(" {}[{}] {} roots, {};", ranked.lead().claim->event_id(),
                        fmt::join(echoes, " "), ranked.roots, ranked.reason.ShortDebugString());
  }
  return text;
}

TEST(OneViewOfRandomClaims, IsWhatTheRuleReadsInWhateverOrderTheyAreAdded) {
  for (unsigned seed = 0; seed < 1500; ++seed) {
    RandomWords words(seed);
    const std::map<std::string, std::string> wanted = PlainReading(words).Run();
    std::string first;
    std::vector<size_t> order(words.candidates().size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (int round = 0; round < 4; ++round) {
      Selector selector;
      std::map<std::string, std::string> replaced;
      std::vector<Selector::Replaced> left;
      for (const size_t at : order) {
        if (words.ended(at)) {
          selector.AddEnded(words.candidates()[at]);
        } else {
          selector.Add(words.candidates()[at]);
        }
        // In the first round all at once.
        if (round == 0 || words.random()() % 2 == 0) continue;
        selector.Select();
      }
      const std::string said = Said(selector.Select());
      for (const Selector::Replaced& each : selector.TakeReplaced()) {
        replaced[each.candidate.claim->event_id()] = selector.ReplacerOf(each).event_id();
      }
      ASSERT_EQ(replaced, wanted) << "seed " << seed << ", round " << round;
      if (round == 0) first = said;
      ASSERT_EQ(said, first) << "seed " << seed << ", round " << round;
      std::shuffle(order.begin(), order.end(), words.random());
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
