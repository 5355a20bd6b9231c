// Cases 27 and 28: appends are whole, and late reports change only what is known later.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

v1::GetTimelineRequest CapexOf(const std::string& company) {
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_capex()->set_company(company);
  return request;
}

Report Plan(std::string_view year, std::string_view figure = "100bn") {
  return Capex("bytedance").Period(year).Cny(figure).From("ft").On("2025-12-23");
}

TEST(Case27, TwoClaimsOfOneAppendAreNeverSeenByHalvesInAStream) {
  Story story;
  v1::WatchTimelinesRequest request;
  *request.mutable_query() = CapexOf("bytedance").query();
  query::WatchClient watch(story.server().stub(), request);
  EXPECT_TRUE(watch.Next().has_started());
  EXPECT_TRUE(watch.Next().has_caught_up());
  for (int i = 0; i < 5; ++i) {
    const Position end = story.Append({Plan("2026").event(), Plan("2027").event()});
    const auto told = watch.Next();
    EXPECT_EQ(told.position(), end);
    EXPECT_THAT(told.changes().changes(), SizeIs(2));
  }
}

TEST(Case27, TwoClaimsOfOneAppendAreNeverSeenByHalvesInAKnown) {
  Story story;
  const Position first = story.Append({Plan("2026").event(), Plan("2027").event()});
  const Position second = story.Append({Plan("2026").event(), Plan("2027").event()});
  for (Position known = 1; known <= second; ++known) {
    v1::GetTimelineRequest request = CapexOf("bytedance");
    request.mutable_known()->set_position(known);
    const v1::GetTimelineResponse response = story.Get(request);
    const Position whole = known == second ? second : known >= first ? first : 0;
    EXPECT_EQ(response.basis().position(), whole) << known;
    EXPECT_EQ(response.entries_size(), whole == 0 ? 0 : 2) << known;
    for (const v1::TimelineEntry& entry : response.entries()) {
      EXPECT_EQ(entry.claim_count(), whole / 2) << known;
    }
  }
}

TEST(Case27, TwoClaimsOfOneAppendAreNeverSeenByHalvesOnTwoPages) {
  Story story;
  story.Append({Plan("2026").event(), Plan("2027").event()});
  v1::GetTimelineRequest request = CapexOf("bytedance");
  request.set_page_size(1);
  const v1::GetTimelineResponse first = story.Get(request);
  story.Append({Plan("2026", "1bn").event(), Plan("2027", "1bn").event()});
  request.set_page_token(first.next_page_token());
  const v1::GetTimelineResponse second = story.Get(request);
  ASSERT_EQ(first.entries_size() + second.entries_size(), 2);
  EXPECT_EQ(first.entries(0).claim_count(), 1u);
  EXPECT_EQ(second.entries(0).claim_count(), 1u);
  EXPECT_EQ(second.basis().position(), first.basis().position());
}

TEST(Case27, TwoClaimsOfOneAppendAreNeverSeenByHalvesInAView) {
  Story story;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(story.views().Append({Plan("2026").event(), Plan("2027").event()}).ok());
    const auto views = timeline::ViewSnapshot::Take(story.views().materializer());
    ASSERT_TRUE(views.ok());
    const auto entries = timeline::CurrentEntries(**views);
    EXPECT_TRUE(entries.empty() || entries.size() == 2) << entries.size();
    std::vector<uint32_t> claims;
    for (const auto& [id, bytes] : entries) {
      v1::TimelineEntry entry;
      ASSERT_TRUE(entry.ParseFromString(bytes));
      claims.push_back(entry.claim_count());
    }
    EXPECT_THAT(claims, Each(static_cast<uint32_t>((*views)->position() / 2)));
  }
}

TEST(Case28, AReportOf2024AppendedTodayChangesNowAndNotYesterday) {
  Story story;
  story.Tell(Capex("alibaba").Period("2026").Id("new").Cny("100bn").From("ft").On("2025-02-25"));
  v1::GetTimelineRequest yesterday = CapexOf("alibaba");
  *yesterday.mutable_known()->mutable_record_time() =
      story.Get(CapexOf("alibaba")).basis().record_time();
  const v1::GetTimelineResponse then = story.Get(yesterday);
  v1::GetTimelineRequest september = CapexOf("alibaba");
  september.mutable_known()->set_publication_date("2024-09-30");
  EXPECT_EQ(story.Get(september).entries_size(), 0);

  story.Tell(Capex("alibaba").Period("2026").Id("old").Cny("50bn").From("yicai").On("2024-08-26"));
  const v1::GetTimelineResponse now = story.Get(CapexOf("alibaba"));
  EXPECT_EQ(now.entries(0).claim_count(), 2u);
  EXPECT_EQ(now.entries(0).capex().selected().claim().event_id(), "new");
  EXPECT_EQ(now.entries(0).capex().agreement(), v1::AGREEMENT_CONFLICTING);
  EXPECT_EQ(story.Get(yesterday).SerializeAsString(), then.SerializeAsString());
  const v1::GetTimelineResponse public_then = story.Get(september);
  ASSERT_EQ(public_then.entries_size(), 1);
  EXPECT_EQ(public_then.entries(0).capex().selected().claim().event_id(), "old");
  EXPECT_EQ(public_then.entries(0).capex().agreement(), v1::AGREEMENT_SINGLE);
}

}  // namespace
}  // namespace chipline::cases
