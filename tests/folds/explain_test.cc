#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/policy.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kKey[] = "capex/bytedance/total/2026/capex/forward";

Report Plan(std::string_view id, std::string_view figure) {
  return Capex("bytedance").Period("2026").Id(id).Cny(figure);
}

TEST(Explain, EveryRowIsThereWithWhatBecameOfIt) {
  Log log;
  log.Add(Plan("old", "90bn").From("scmp").On("2025-11-01"));
  log.Add(Plan("ft", "85bn").From("ft").On("2025-12-23"));
  log.Add(Plan("echo", "85bn").From("ft").Via("pls48").SeenOn("2025-12-24"));
  log.Add(Plan("scmp", "100bn").From("scmp").On("2026-01-15").Supersedes("old"));
  log.Add(Notice().Id("foreign").Retracts("scmp").From("ft").On("2026-01-16"));
  log.Add(Plan("words", "billions").From("wsj").On("2026-01-16"));
  const pb::ExplainEntryResponse explained = log.Explained(kKey);
  EXPECT_EQ(explained.entry().SerializeAsString(), log.Entry(kKey).SerializeAsString());
  ASSERT_EQ(explained.claims_size(), 6);

  EXPECT_THAT(explained.claims(0).rules(), ElementsAre(rules::kSuperseded));
  EXPECT_THAT(explained.claims(0).explanation(), HasSubstr("scmp took its place"));
  EXPECT_FALSE(explained.claims(1).selected());
  EXPECT_THAT(explained.claims(1).rules(), ElementsAre(rules::kLaterPublication));
  EXPECT_EQ(explained.claims(2).summary().standing(), pb::STANDING_ECHO);
  EXPECT_THAT(explained.claims(2).explanation(), HasSubstr("It repeats ft"));
  EXPECT_TRUE(explained.claims(3).selected());
  EXPECT_THAT(explained.claims(3).explanation(),
              HasSubstr("scmp was published later (2026-01-15) than ft (2025-12-23)"));
  EXPECT_THAT(explained.claims(3).explanation(), HasSubstr("Denied by foreign"));
  EXPECT_THAT(explained.claims(4).rules(), ElementsAre(rules::kLinkOnly));
  EXPECT_THAT(explained.claims(4).explanation(), HasSubstr("counts as a denial"));
  EXPECT_THAT(explained.claims(5).rules(), ElementsAre(rules::kNoFigure));

  EXPECT_THAT(explained.explanation(), HasSubstr("5 claim(s): 4 standing, 1 not"));
  EXPECT_THAT(explained.explanation(), HasSubstr("selected rests on scmp by later_publication"));
  EXPECT_THAT(explained.explanation(), HasSubstr("would change it"));
}

TEST(Explain, AnEntryWithoutAValueSaysSo) {
  Log log;
  log.Add(Plan("words", "billions").From("wsj").On("2026-01-16"));
  EXPECT_THAT(log.Explained(kKey).explanation(), HasSubstr("No value follows"));
}

TEST(Explain, EveryKindOfEntryIsExplained) {
  Log log;
  log.Add(Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY).Id("stock").Count("7").From("a"));
  log.Add(Order("o", "bytedance", "h200").Id("order").Count("9").From("a"));
  log.Add(Usage("bytedance").Id("use").Count("5").AsOf("2025").From("a"));
  for (const std::string& id : log.EntryIds()) {
    const pb::ExplainEntryResponse explained = log.Explained(id);
    ASSERT_GT(explained.claims_size(), 0) << id;
    for (const pb::ExplainedClaim& claim : explained.claims()) {
      EXPECT_TRUE(claim.selected()) << id << ": " << claim.explanation();
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
