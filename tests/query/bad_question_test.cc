#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "tests/query/query_server.h"
#include "tests/query/watch_record.h"

// Questions that cannot be answered, each with what says so; and what every answer says of itself.
namespace chipline::query {
namespace {

using storage::Position;
using testing::ElementsAre;

class BadQuestionTest : public testing::Test {
 protected:
  grpc::Status Get(const v1::GetTimelineRequest& request, v1::GetTimelineResponse* response) {
    grpc::ClientContext context;
    return server_.stub().GetTimeline(&context, request, response);
  }
  grpc::Status Get(const v1::GetTimelineRequest& request) {
    v1::GetTimelineResponse response;
    return Get(request, &response);
  }
  grpc::Status Explain(const v1::ExplainEntryRequest& request, v1::ExplainEntryResponse* response) {
    grpc::ClientContext context;
    return server_.stub().ExplainEntry(&context, request, response);
  }
  grpc::Status Explain(const v1::ExplainEntryRequest& request) {
    v1::ExplainEntryResponse response;
    return Explain(request, &response);
  }
  grpc::Status List(const v1::ListTimelinesRequest& request, v1::ListTimelinesResponse* response) {
    grpc::ClientContext context;
    return server_.stub().ListTimelines(&context, request, response);
  }
  grpc::Status List(const v1::ListTimelinesRequest& request) {
    v1::ListTimelinesResponse response;
    return List(request, &response);
  }
  grpc::Status Watch(const v1::WatchTimelinesRequest& request) {
    WatchClient watch(server_.stub(), request);
    return watch.End();
  }

  QueryServer server_;
};

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status rich;
  rich.ParseFromString(status.error_details());
  Detail detail;
  for (const auto& any : rich.details()) any.UnpackTo(&detail);
  return detail;
}

std::vector<std::string> FieldsOf(const grpc::Status& status) {
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT) << status.error_message();
  std::vector<std::string> fields;
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  for (const auto& violation : bad.field_violations()) {
    EXPECT_FALSE(violation.description().empty());
    fields.push_back(violation.field());
  }
  return fields;
}

void ExpectReason(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                  const std::string& field) {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), reason);
  EXPECT_EQ(info.metadata().at("field"), field);
}

template <typename Request>
Request CapexOf(const std::string& company) {
  Request request;
  request.mutable_query()->mutable_capex()->set_company(company);
  return request;
}

TEST_F(BadQuestionTest, AVersionThatThereIsNotIsRefusedByEveryMethod) {
  auto get = CapexOf<v1::GetTimelineRequest>("a");
  get.set_policy_version(7);
  get.set_view_version(9);
  EXPECT_THAT(FieldsOf(Get(get)), ElementsAre("view_version", "policy_version"));
  auto watch = CapexOf<v1::WatchTimelinesRequest>("a");
  watch.set_policy_version(7);
  EXPECT_THAT(FieldsOf(Watch(watch)), ElementsAre("policy_version"));
  v1::ListTimelinesRequest list;
  list.set_view_version(9);
  EXPECT_THAT(FieldsOf(List(list)), ElementsAre("view_version"));
  v1::ExplainEntryRequest explain;
  explain.set_entry_id("capex/a");
  explain.set_policy_version(timeline::kPolicyVersion + 1);
  EXPECT_THAT(FieldsOf(Explain(explain)), ElementsAre("policy_version"));
  get.set_policy_version(timeline::kPolicyVersion);
  get.set_view_version(timeline::kViewVersion);
  EXPECT_TRUE(Get(get).ok());
}

TEST_F(BadQuestionTest, NoAxisReachesIntoTheFuture) {
  server_.Append({CapexText("a", "ByteDance", 1)});
  v1::Known position;
  position.set_position(2);
  v1::Known time;
  time.mutable_record_time()->set_seconds(1'800'000'000);
  v1::Known day;
  day.set_publication_date("2025-06-16");
  const std::vector<std::tuple<v1::Known, std::string, std::string>> cases = {
      {position, "POSITION_BEYOND_HEAD", "known.position"},
      {time, "TIME_IN_FUTURE", "known.record_time"},
      {day, "TIME_IN_FUTURE", "known.publication_date"}};
  for (const auto& [known, reason, field] : cases) {
    auto get = CapexOf<v1::GetTimelineRequest>("bytedance");
    *get.mutable_known() = known;
    ExpectReason(Get(get), grpc::OUT_OF_RANGE, reason, field);
    v1::ExplainEntryRequest explain;
    explain.set_entry_id("capex/bytedance/ai/2026/capex/forward");
    *explain.mutable_known() = known;
    ExpectReason(Explain(explain), grpc::OUT_OF_RANGE, reason, field);
  }
  auto today = CapexOf<v1::GetTimelineRequest>("bytedance");
  today.mutable_known()->set_publication_date("2025-06-15");
  EXPECT_TRUE(Get(today).ok());
  auto wait = CapexOf<v1::GetTimelineRequest>("bytedance");
  wait.set_min_position(2);
  ExpectReason(Get(wait), grpc::OUT_OF_RANGE, "POSITION_BEYOND_HEAD", "min_position");
}

// Record times never go back, so a clock that was once ahead leaves them ahead of it.
TEST_F(BadQuestionTest, ATimeOfTheLogIsNoFutureThoughTheClockIsBehindIt) {
  server_.SetDay("2025-12-24");
  const Position end = server_.Append({CapexText("a", "ByteDance", 1)});
  server_.SetDay("2025-12-20");
  v1::GetTimelineResponse now;
  ASSERT_TRUE(Get(CapexOf<v1::GetTimelineRequest>("bytedance"), &now).ok());
  v1::Known time;
  *time.mutable_record_time() = now.basis().record_time();
  v1::Known day;
  day.set_publication_date("2025-12-24");
  for (const v1::Known& known : {time, day}) {
    SCOPED_TRACE(known.ShortDebugString());
    auto get = CapexOf<v1::GetTimelineRequest>("bytedance");
    *get.mutable_known() = known;
    v1::GetTimelineResponse got;
    const grpc::Status status = Get(get, &got);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(got.basis().position(), end);
    EXPECT_EQ(got.entries_size(), 1);
    v1::ExplainEntryRequest explain;
    explain.set_entry_id("capex/bytedance/ai/2026/capex/forward");
    *explain.mutable_known() = known;
    EXPECT_TRUE(Explain(explain).ok());
  }
  auto later = CapexOf<v1::GetTimelineRequest>("bytedance");
  *later.mutable_known() = time;
  later.mutable_known()->mutable_record_time()->set_nanos(time.record_time().nanos() + 1);
  ExpectReason(Get(later), grpc::OUT_OF_RANGE, "TIME_IN_FUTURE", "known.record_time");
  later.mutable_known()->set_publication_date("2025-12-25");
  ExpectReason(Get(later), grpc::OUT_OF_RANGE, "TIME_IN_FUTURE", "known.publication_date");
}

TEST_F(BadQuestionTest, AnEmptyRangeIsRefused) {
  for (const char* to : {"2025-05-01", "2025-04-30"}) {
    auto get = CapexOf<v1::GetTimelineRequest>("a");
    get.mutable_valid()->mutable_range()->set_from("2025-05-01");
    get.mutable_valid()->mutable_range()->set_to(to);
    EXPECT_THAT(FieldsOf(Get(get)), ElementsAre("valid.range"));
  }
}

TEST_F(BadQuestionTest, AnUnknownKindIsRefusedAndAnUnknownCompanyIsEmpty) {
  EXPECT_THAT(FieldsOf(Get({})), ElementsAre("query"));
  EXPECT_THAT(FieldsOf(Watch({})), ElementsAre("query"));
  v1::ListTimelinesRequest list;
  list.set_prefix("revenue/");
  EXPECT_THAT(FieldsOf(List(list)), ElementsAre("prefix"));
  v1::ExplainEntryRequest explain;
  explain.set_entry_id("revenue/bytedance");
  EXPECT_THAT(FieldsOf(Explain(explain)), ElementsAre("entry_id"));

  v1::GetTimelineResponse empty;
  EXPECT_TRUE(Get(CapexOf<v1::GetTimelineRequest>("nobody"), &empty).ok());
  EXPECT_EQ(empty.entries_size(), 0);
  for (const char* prefix : {"", "cap", "rule/nothing/"}) {
    list.set_prefix(prefix);
    EXPECT_TRUE(List(list).ok()) << prefix;
  }
}

TEST_F(BadQuestionTest, APageTokenIsOfItsQueryAndItsMethod) {
  server_.Append({CapexText("a", "ByteDance", 1, "2024"), CapexText("b", "ByteDance", 2)});
  auto get = CapexOf<v1::GetTimelineRequest>("bytedance");
  get.set_page_size(1);
  v1::GetTimelineResponse page;
  ASSERT_TRUE(Get(get, &page).ok());
  get.set_page_token(page.next_page_token());
  EXPECT_TRUE(Get(get).ok());
  auto other_known = get;
  other_known.mutable_known()->set_position(1);
  auto other_valid = get;
  other_valid.mutable_valid()->set_day("2025-01-01");
  for (const auto& other : {other_known, other_valid}) {
    ExpectReason(Get(other), grpc::FAILED_PRECONDITION, "TOKEN_OTHER_QUERY", "page_token");
  }
  v1::ListTimelinesRequest list;
  list.set_page_token(page.next_page_token());
  ExpectReason(List(list), grpc::FAILED_PRECONDITION, "TOKEN_OTHER_QUERY", "page_token");
  list.clear_page_token();
  list.set_page_size(1);
  v1::ListTimelinesResponse names;
  ASSERT_TRUE(List(list, &names).ok());
  list.set_page_token(names.next_page_token());
  EXPECT_TRUE(List(list).ok());
  list.set_prefix("capex/");
  ExpectReason(List(list), grpc::FAILED_PRECONDITION, "TOKEN_OTHER_QUERY", "page_token");
}

TEST_F(BadQuestionTest, EveryAnswerSaysWhatItReflects) {
  const Position end = server_.Append({CapexText("a", "ByteDance", 1)});
  std::map<std::string, v1::AnswerBasis> answers;
  v1::GetTimelineResponse got;
  ASSERT_TRUE(Get(CapexOf<v1::GetTimelineRequest>("bytedance"), &got).ok());
  answers["GetTimeline"] = got.basis();
  v1::ListTimelinesResponse listed;
  ASSERT_TRUE(List({}, &listed).ok());
  answers["ListTimelines"] = listed.basis();
  v1::ExplainEntryRequest explain;
  explain.set_entry_id("capex/bytedance/ai/2026/capex/forward");
  v1::ExplainEntryResponse explained;
  ASSERT_TRUE(Explain(explain, &explained).ok());
  answers["ExplainEntry"] = explained.basis();
  std::string token;
  {
    WatchClient watch(server_.stub(), CapexOf<v1::WatchTimelinesRequest>("bytedance"));
    answers["WatchTimelines"] = watch.Next().started().basis();
    token = CatchUp(&watch).resume_token();
  }
  auto again = CapexOf<v1::WatchTimelinesRequest>("bytedance");
  again.set_resume_token(token);
  WatchClient watch(server_.stub(), again);
  answers["WatchTimelines, resumed"] = watch.Next().started().basis();
  for (const auto& [method, basis] : answers) {
    SCOPED_TRACE(method);
    EXPECT_EQ(basis.position(), end);
    EXPECT_GT(basis.record_time().seconds(), 1'750'000'000);
    EXPECT_EQ(basis.view_version(), timeline::kViewVersion);
    EXPECT_EQ(basis.policy_version(), timeline::kPolicyVersion);
    EXPECT_EQ(basis.log_id(), server_.views().log().identity().log_id);
  }
}

TEST_F(BadQuestionTest, ARebuildTellsHowFarItIsWhileTheLogGoesOn) {
  constexpr int kAppends = 6;
  for (int i = 0; i < kAppends; ++i) {
    std::vector<std::string> events;
    for (int j = 0; j < 1000; ++j) {
      events.push_back(CapexText(fmt::format("e{}-{}", i, j), "ByteDance", j + 1,
                                 std::to_string(1600 + j % 400)));
    }
    server_.views().AppendText(events);
  }
  server_.views().WaitFor(server_.views().reader().head());
  const Position target = server_.views().reader().head();
  server_.RestartRebuilding();

  const auto expect_progress = [&](const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE) << status.error_message();
    const auto info = DetailOf<google::rpc::ErrorInfo>(status);
    ASSERT_EQ(info.reason(), "VIEWS_REBUILDING");
    EXPECT_EQ(info.metadata().at("target_position"), std::to_string(target));
    EXPECT_LE(std::stoull(info.metadata().at("position")), target);
    EXPECT_GT(DetailOf<google::rpc::RetryInfo>(status).retry_delay().seconds(), 0);
  };
  auto known = CapexOf<v1::GetTimelineRequest>("bytedance");
  known.mutable_known()->set_position(5);
  expect_progress(Get(known));
  expect_progress(Watch(CapexOf<v1::WatchTimelinesRequest>("bytedance")));
  const Position more = server_.views().AppendText({CapexText("more", "ByteDance", 1)});
  EXPECT_EQ(more, target + 1);

  server_.views().WaitFor(more);
  v1::GetTimelineResponse response;
  EXPECT_TRUE(Get(CapexOf<v1::GetTimelineRequest>("bytedance"), &response).ok());
  EXPECT_EQ(response.basis().position(), more);
}

}  // namespace
}  // namespace chipline::query
