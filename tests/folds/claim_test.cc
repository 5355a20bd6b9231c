#include "services/timeline/folds/claim.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

Claim ClaimOf(const Report& report) {
  static const NameTable kNoNames;
  pb::RecordedEvent event;
  *event.mutable_event() = report.event();
  event.set_position(1);
  // 1 February 2026.
  event.mutable_record_time()->set_seconds(1'769'904'000);
  return MakeClaim(event, /*own=*/true, {kNoNames, NameTable::kHead});
}

TEST(Claim, IsPublishedOnTheLastDayThatItsRootMayHaveReportedIt) {
  const Claim claim = ClaimOf(Capex("a").From("ft").Via("pls48").On("2025-12"));
  EXPECT_EQ(claim.published.Format(), "2025-12-31");
  EXPECT_TRUE(claim.root_dated);
  EXPECT_EQ(claim.root, "ft");
  EXPECT_EQ(claim.publisher, "pls48");
  EXPECT_THAT(claim.publishers, testing::ElementsAre("ft", "pls48"));
}

TEST(Claim, WithoutADayOfTheRootTheRetellingNearestToItDatesIt) {
  Report report = Capex("a").From("ft").Via("pls48").SeenOn("2025-12-24");
  report.Via("khaberni").SeenOn("2025-12-30");
  const Claim claim = ClaimOf(report);
  EXPECT_EQ(claim.published.Format(), "2025-12-24");
  EXPECT_FALSE(claim.root_dated);
}

TEST(Claim, WithoutAnyDayItIsPublishedWhenRecorded) {
  EXPECT_EQ(ClaimOf(Capex("a").From("ft")).published.Format(), "2026-02-01");
  EXPECT_EQ(ClaimOf(Capex("a").From("ft").On("2025/..")).published.Format(), "2026-02-01");
}

TEST(Claim, ARuleIsPublicFromItsAnnouncement) {
  pb::Event event;
  event.mutable_export_rule_change()->mutable_announced()->set_edtf("2026-01-13");
  Report rule(event);
  rule.From("ft").On("2026-01-20");
  EXPECT_EQ(ClaimOf(rule).published.Format(), "2026-01-13");
}

TEST(Claim, TheRootOfARetellingWithoutSourceIsUnknown) {
  const Claim claim = ClaimOf(Capex("a").RetoldBy("albayan").On("2025-12-24"));
  EXPECT_EQ(claim.root, "");
  EXPECT_EQ(claim.publisher, "albayan");
  EXPECT_FALSE(claim.root_dated);
  EXPECT_EQ(claim.origin, pb::ORIGIN_KIND_PRESS);
}

TEST(Claim, PublishedByKeepsWhatWasPublicByTheEndOfTheDay) {
  const Rows kept = PublishedBy({ClaimOf(Capex("a").From("ft").On("2026-01-12")),
                                 ClaimOf(Capex("a").From("ft").On("2026-01-13")),
                                 ClaimOf(Capex("a").From("ft").On("2026-01-14"))},
                                *CivilDay::Parse("2026-01-13"));
  EXPECT_EQ(kept.size(), 2u);
}

TEST(Claim, RetellingsInOtherWordsSayTheSame) {
  const Claim root = ClaimOf(Capex("a").Cny("85bn").Growth("0.2").From("ft").On("2026-01-12"));
  const Claim echo = ClaimOf(Capex("a").Cny("about 85bn").Converted("USD", "12bn").From("ft"));
  const Claim other = ClaimOf(Capex("a").Cny("86bn").From("ft"));
  EXPECT_EQ(root.statement, echo.statement);
  EXPECT_NE(root.statement, other.statement);
}

}  // namespace
}  // namespace chipline::timeline
