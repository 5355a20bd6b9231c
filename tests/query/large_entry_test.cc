#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/timeline/change_replay.h"
#include "storage/limits.h"
#include "tests/query/query_server.h"

// Entries with many large claims, asked by clients that take what clients take by default.
namespace chipline::query {
namespace {

using storage::Position;

constexpr int kClaims = 300;

// A claim of about 16 KB, of one of 28 days.
std::string LargeClaim(int number) {
  const std::string text(3900, 'x');
  std::string conditions;
  for (int i = 0; i < 3; ++i) conditions += fmt::format("conditions: \"{} {}\" ", i, text);
  return fmt::format(R"pb(
                       event_id: "big-{0}"
                       source {{
                         hops {{
                           publisher {{ mention: "Outlet{0}" }}
                           relation: HOP_RELATION_PRIMARY
                           published {{ edtf: "2025-02-01" }}
                         }}
                       }}
                       usage_report {{
                         company {{ mention: "Acme" }}
                         metric: USAGE_METRIC_TOKENS_PER_DAY
                         value {{ unit: UNIT_TOKEN value: {0} bound: BOUND_EXACT }}
                         as_of {{ edtf: "2025-01-{1:02}" }}
                         scope_text: "{2}"
                         {3}
                       }})pb",
                     number, 1 + number % 28, text, conditions);
}

v1::TimelineQuery UsageOf(const std::string& company) {
  v1::TimelineQuery query;
  query.mutable_usage()->set_company(company);
  return query;
}

class LargeEntryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = new QueryServer();
    std::vector<std::string> some;
    for (int i = 0; i < kClaims; ++i) {
      some.push_back(LargeClaim(i));
      if (some.size() == 50) server->Append(std::exchange(some, {}));
    }
  }
  static void TearDownTestSuite() { delete server; }

  static inline QueryServer* server = nullptr;
};

TEST_F(LargeEntryTest, ATimelineIsAnsweredInOneMessageThatAnyClientTakes) {
  grpc::ClientContext context;
  v1::GetTimelineRequest request;
  *request.mutable_query() = UsageOf("Acme");
  v1::GetTimelineResponse response;
  const grpc::Status status = server->stub().GetTimeline(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_LE(response.ByteSizeLong(), limits::kMaxBatchBytes);
  ASSERT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.entries(0).claim_count(), static_cast<uint32_t>(kClaims));
  EXPECT_EQ(response.entries(0).usage().readings_size(), 28);
}

TEST_F(LargeEntryTest, AnExplanationTellsEveryClaimOnceAndWholeInPages) {
  v1::ExplainEntryRequest request;
  request.set_entry_id("usage/acme/tokens-per-day");
  request.set_page_size(1000);
  std::vector<std::string> ids;
  int pages = 0;
  do {
    grpc::ClientContext context;
    v1::ExplainEntryResponse response;
    const grpc::Status status = server->stub().ExplainEntry(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_LE(response.ByteSizeLong(), limits::kMaxBatchBytes);
    EXPECT_EQ(response.has_entry(), pages == 0);
    EXPECT_EQ(response.values_size() > 0, pages == 0);
    for (const v1::ExplainedClaim& claim : response.claims()) {
      ids.push_back(claim.event().event().event_id());
      EXPECT_EQ(claim.event().event().usage_report().conditions_size(), 3);
      EXPECT_EQ(claim.event().event().usage_report().scope_text().size(), 3900u);
      EXPECT_NE(claim.explanation(), "");
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_GT(pages, 3);
  ASSERT_EQ(ids.size(), static_cast<size_t>(kClaims));
  for (int i = 0; i < kClaims; ++i)
    EXPECT_EQ(ids[static_cast<size_t>(i)], fmt::format("big-{}", i));
}

TEST_F(LargeEntryTest, PagesOfAnExplanationAreOfOnePosition) {
  v1::ExplainEntryRequest request;
  request.set_entry_id("usage/acme/tokens-per-day");
  request.set_page_size(kClaims - 1);
  std::set<uint64_t> positions;
  int claims = 0;
  do {
    grpc::ClientContext context;
    v1::ExplainEntryResponse response;
    ASSERT_TRUE(server->stub().ExplainEntry(&context, request, &response).ok());
    positions.insert(response.basis().position());
    claims += response.claims_size();
    if (claims == response.claims_size()) server->Append({LargeClaim(1000 + claims)});
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(positions.size(), 1u);
  EXPECT_GE(claims, kClaims);
}

TEST_F(LargeEntryTest, AWatchFollowsItAndGoesOnAtOnceWhereItWas) {
  v1::WatchTimelinesRequest request;
  *request.mutable_query() = UsageOf("Acme");
  v1::WatchTimelinesResponse last;
  {
    WatchClient watch(server->stub(), request);
    do {
      last = watch.Next();
      EXPECT_LE(last.ByteSizeLong(), limits::kMaxBatchBytes);
    } while (!last.has_caught_up());
    server->Append({LargeClaim(2000)});
    last = watch.Next();
    EXPECT_LE(last.ByteSizeLong(), limits::kMaxBatchBytes);
    ASSERT_EQ(last.changes().changes_size(), 1);
    EXPECT_EQ(last.changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
    EXPECT_EQ(last.changes().changes(0).cause_event_ids(0), "big-2000");
  }
  server->Append({LargeClaim(2001)});
  server->Append({LargeClaim(2002)});
  request.set_resume_token(last.resume_token());
  WatchClient watch(server->stub(), request);
  EXPECT_TRUE(watch.Next().started().resumed());
  for (const char* id : {"big-2001", "big-2002"}) {
    const auto change = watch.Next();
    EXPECT_LE(change.ByteSizeLong(), limits::kMaxBatchBytes);
    ASSERT_EQ(change.changes().changes_size(), 1);
    EXPECT_EQ(change.changes().changes(0).cause_event_ids(0), id);
  }
  EXPECT_TRUE(watch.Next().has_caught_up());
}

// Listings of many entries with long keys come in pages that any client takes.
TEST(LargeListTest, AListIsPagedByBytesAsWell) {
  QueryServer server;
  std::vector<std::string> events;
  for (int i = 0; i < 500; ++i) {
    std::string event = CapexText(fmt::format("c{}", i), fmt::format("Company {}", i), 1);
    const size_t scope = event.find("scope:");
    ASSERT_NE(scope, std::string::npos);
    event.replace(
        scope, event.find('\n', scope) - scope,
        fmt::format("scope: CAPEX_SCOPE_OTHER scope_text: \"{} {}\"", i, std::string(3800, 'w')));
    events.push_back(std::move(event));
    if (events.size() == 100) server.Append(std::exchange(events, {}));
  }
  v1::ListTimelinesRequest request;
  request.set_prefix("capex/");
  request.set_page_size(1000);
  std::set<std::string> ids;
  int pages = 0;
  do {
    grpc::ClientContext context;
    v1::ListTimelinesResponse response;
    const grpc::Status status = server.stub().ListTimelines(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_LE(response.ByteSizeLong(), limits::kMaxBatchBytes);
    for (const v1::TimelineListing& listing : response.timelines()) {
      EXPECT_TRUE(ids.insert(listing.entry_id()).second);
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_GT(pages, 1);
  EXPECT_EQ(ids.size(), 500u);
}

// So much is missed that the snapshot is shorter.
TEST(FarWatchTest, AWatchThatMissedVeryMuchStartsOverAndIsToldWhy) {
  QueryServer server;
  server.Append({CapexText("first", "ByteDance", 1)});
  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_capex()->set_company("ByteDance");
  v1::WatchTimelinesResponse message;
  {
    WatchClient watch(server.stub(), request);
    do message = watch.Next();
    while (!message.has_caught_up());
  }
  for (size_t i = 0; i <= timeline::ChangeReplay::kMaxChanges; ++i) {
    server.views().AppendText(
        {CapexText(fmt::format("c{}", i), "ByteDance", 1 + static_cast<int>(i))});
  }
  server.Append({CapexText("last", "ByteDance", 7)});
  request.set_resume_token(message.resume_token());
  WatchClient watch(server.stub(), request);
  EXPECT_TRUE(watch.Next().started().resumed());
  message = watch.Next();
  ASSERT_TRUE(message.has_reset());
  EXPECT_EQ(message.resume_token(), "") << "there is nothing to go on from before the snapshot";
  message = watch.Next();
  ASSERT_EQ(message.snapshot().entries_size(), 1);
  EXPECT_EQ(message.snapshot().entries(0).claim_count(), timeline::ChangeReplay::kMaxChanges + 3);
  EXPECT_TRUE(watch.Next().has_caught_up());
  server.Append({CapexText("more", "ByteDance", 8)});
  EXPECT_EQ(watch.Next().changes().changes_size(), 1);
}

}  // namespace
}  // namespace chipline::query
