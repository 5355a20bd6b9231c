#include <future>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "services/rpc/status.h"
#include "tests/query/query_server.h"

namespace chipline::query {
namespace {

using storage::Position;

class GetTimelineTest : public testing::Test {
 protected:
  v1::GetTimelineResponse Get(const v1::GetTimelineRequest& request) {
    grpc::ClientContext context;
    v1::GetTimelineResponse response;
    const grpc::Status status = server_.stub().GetTimeline(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Fail(const v1::GetTimelineRequest& request) {
    grpc::ClientContext context;
    v1::GetTimelineResponse response;
    return server_.stub().GetTimeline(&context, request, &response);
  }

  QueryServer server_;
};

v1::GetTimelineRequest CapexOf(const std::string& company) {
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_capex()->set_company(company);
  return request;
}

v1::GetTimelineRequest RulesOf(const std::string& chip, const std::string& place) {
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_export_rule()->set_chip(chip);
  request.mutable_query()->mutable_export_rule()->set_destination(place);
  return request;
}

TEST_F(GetTimelineTest, ACompanyThatNobodyMentionedIsEmpty) {
  const auto response = Get(CapexOf("nobody"));
  EXPECT_EQ(response.entries_size(), 0);
  EXPECT_EQ(response.basis().position(), 0u);
  EXPECT_FALSE(response.basis().has_record_time());
  EXPECT_EQ(response.basis().view_version(), timeline::kViewVersion);
  EXPECT_FALSE(response.basis().log_id().empty());
}

TEST_F(GetTimelineTest, AQueryForNothingNamesTheField) {
  const grpc::Status none = Fail({});
  EXPECT_EQ(none.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_NE(FromGrpcStatus(none).ToString().find("query"), std::string::npos);
  const grpc::Status empty = Fail(CapexOf(""));
  EXPECT_EQ(empty.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_NE(empty.error_message().find("query.capex.company"), std::string::npos)
      << empty.error_message();
}

TEST_F(GetTimelineTest, AnyNameInAnyScriptFindsTheCompany) {
  server_.Append({AliasText("n1", "bytedance", "字节跳动"),
                  AliasText("n2", "bytedance", "بايت دانس"), CapexText("a", "ByteDance", 160)});
  for (const char* name : {"bytedance", "ByteDance", "字节跳动", "بايــت دانس"}) {
    const auto response = Get(CapexOf(name));
    ASSERT_EQ(response.entries_size(), 1) << name;
    EXPECT_EQ(response.entries(0).capex().selected().amount().value().units(), 160'000'000'000);
  }
}

TEST_F(GetTimelineTest, EntriesComeInOrderOfValidTime) {
  server_.Append({CapexText("b", "ByteDance", 2, "2027"), CapexText("a", "ByteDance", 1, "2024"),
                  CapexText("c", "ByteDance", 3, "2025")});
  const auto response = Get(CapexOf("bytedance"));
  ASSERT_EQ(response.entries_size(), 3);
  EXPECT_EQ(response.entries(0).key().capex().period(), "2024");
  EXPECT_EQ(response.entries(1).key().capex().period(), "2025");
  EXPECT_EQ(response.entries(2).key().capex().period(), "2027");
}

TEST_F(GetTimelineTest, PagesAreOfOnePositionWhateverComesInBetween) {
  server_.Append({CapexText("a", "ByteDance", 1, "2024"), CapexText("b", "ByteDance", 2, "2025"),
                  CapexText("c", "ByteDance", 3, "2026")});
  auto request = CapexOf("bytedance");
  const auto whole = Get(request);
  request.set_page_size(2);
  const auto first = Get(request);
  EXPECT_EQ(first.entries_size(), 2);
  server_.Append({CapexText("d", "ByteDance", 9, "2026"), CapexText("e", "ByteDance", 9, "2027")});
  request.set_page_token(first.next_page_token());
  const auto second = Get(request);
  EXPECT_EQ(second.basis().position(), first.basis().position());
  ASSERT_EQ(second.entries_size(), 1);
  EXPECT_EQ(second.entries(0).SerializeAsString(), whole.entries(2).SerializeAsString());
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(GetTimelineTest, APageTokenOfAnotherQueryIsRefused) {
  server_.Append({CapexText("a", "ByteDance", 1, "2024"), CapexText("b", "ByteDance", 2)});
  auto request = CapexOf("bytedance");
  request.set_page_size(1);
  auto other = CapexOf("tencent");
  other.set_page_token(Get(request).next_page_token());
  EXPECT_EQ(Fail(other).error_code(), grpc::FAILED_PRECONDITION);
  other.set_page_token("rubbish");
  EXPECT_EQ(Fail(other).error_code(), grpc::INVALID_ARGUMENT);
}

TEST_F(GetTimelineTest, KnownInsideAnAppendIsRoundedDown) {
  const Position first = server_.Append({CapexText("a", "ByteDance", 160)});
  server_.Append({CapexText("b", "ByteDance", 170), CapexText("c", "Tencent", 90)});
  auto request = CapexOf("bytedance");
  request.mutable_known()->set_position(first + 1);
  const auto inside = Get(request);
  EXPECT_EQ(inside.basis().position(), first);
  EXPECT_TRUE(inside.basis().has_record_time());
  ASSERT_EQ(inside.entries_size(), 1);
  EXPECT_EQ(inside.entries(0).claim_count(), 1u);
  request.mutable_known()->set_position(first + 2);
  EXPECT_EQ(Get(request).entries(0).claim_count(), 2u);
  request.mutable_known()->set_position(first + 3);
  EXPECT_EQ(Fail(request).error_code(), grpc::OUT_OF_RANGE);
}

TEST_F(GetTimelineTest, KnownAtATimeIsWhatTheLogHeldThen) {
  server_.Append({CapexText("a", "ByteDance", 160)});
  auto request = CapexOf("bytedance");
  const auto then = Get(request).basis().record_time();
  server_.Append({CapexText("b", "ByteDance", 170)});
  *request.mutable_known()->mutable_record_time() = then;
  ASSERT_EQ(Get(request).entries_size(), 1);
  EXPECT_EQ(Get(request).entries(0).claim_count(), 1u);
  request.mutable_known()->mutable_record_time()->set_seconds(then.seconds() - 1);
  EXPECT_EQ(Get(request).entries_size(), 0);
  request.mutable_known()->mutable_record_time()->set_seconds(then.seconds() + 1'000'000);
  EXPECT_EQ(Fail(request).error_code(), grpc::OUT_OF_RANGE);
}

TEST_F(GetTimelineTest, KnownByPublicationIncludesWhatWasAppendedLater) {
  server_.Append({CapexText("a", "ByteDance", 160)});
  server_.SetDay("2025-12-23");
  auto request = CapexOf("bytedance");
  request.mutable_known()->set_publication_date("2025-12-22");
  EXPECT_EQ(Get(request).entries_size(), 0);
  request.mutable_known()->set_publication_date("2025-12-23");
  const auto response = Get(request);
  EXPECT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.basis().publication_date(), "2025-12-23");
  request.mutable_known()->set_publication_date("yesterday");
  const grpc::Status status = Fail(request);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "1 field is wrong: known.publication_date: is \"yesterday\"; allowed is a day that "
            "exists, as YYYY-MM-DD");
}

TEST_F(GetTimelineTest, ADayOfValidTimeLeavesTheIntervalThatHoldsOnIt) {
  server_.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07")});
  server_.Append({RuleText("r2", "H200", "China", "CASE_BY_CASE", "2025-12-15")});
  auto request = RulesOf("H200", "China");
  request.mutable_valid()->set_day("2025-12-14");
  auto response = Get(request);
  ASSERT_EQ(response.entries_size(), 1);
  ASSERT_EQ(response.entries(0).export_rule().intervals_size(), 1);
  EXPECT_EQ(response.entries(0).export_rule().intervals(0).general().gate(), v1::GATE_STATE_DENIED);
  request.mutable_valid()->set_day("2025-12-15");
  response = Get(request);
  EXPECT_EQ(response.entries(0).export_rule().intervals(0).general().gate(),
            v1::GATE_STATE_PENDING);
  request.mutable_valid()->mutable_range()->set_from("2025-12-14");
  request.mutable_valid()->mutable_range()->set_to("2025-12-16");
  EXPECT_EQ(Get(request).entries(0).export_rule().intervals_size(), 2);
  request.mutable_valid()->mutable_range()->set_to("2025-12-14");
  EXPECT_EQ(Fail(request).error_code(), grpc::INVALID_ARGUMENT);
}

TEST_F(GetTimelineTest, AChipAndAPlaceThatNobodySpokeOfTogetherAreUnknown) {
  server_.Append({RuleText("r1", "H20", "China", "PROHIBITED", "2022-10-07")});
  const auto response = Get(RulesOf("H20", "Malaysia"));
  ASSERT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.entries(0).export_rule().intervals(0).general().gate(),
            v1::GATE_STATE_UNKNOWN);
  auto definite = RulesOf("B300", "Malaysia");
  EXPECT_EQ(Get(definite).entries_size(), 0);
  definite.mutable_query()->mutable_export_rule()->set_jurisdiction("US");
  definite.mutable_query()->mutable_export_rule()->set_gate(v1::GATE_KIND_EXPORT);
  EXPECT_EQ(Get(definite).entries_size(), 1);
}

TEST_F(GetTimelineTest, MinPositionWaitsForTheViews) {
  auto request = CapexOf("bytedance");
  request.set_min_position(1);
  EXPECT_EQ(Fail(request).error_code(), grpc::OUT_OF_RANGE);
  for (int i = 0; i < 20; ++i) {
    const Position end =
        server_.views().AppendText({CapexText("a" + std::to_string(i), "ByteDance", 100 + i)});
    request.set_min_position(end);
    const auto response = Get(request);
    EXPECT_GE(response.basis().position(), end);
    ASSERT_EQ(response.entries_size(), 1);
    EXPECT_EQ(response.entries(0).claim_count(), static_cast<uint32_t>(i + 1));
  }
}

TEST_F(GetTimelineTest, ACompanyIsEverythingThatTouchesIt) {
  server_.Append({CapexText("a", "ByteDance", 160), R"pb(
                    event_id: "o"
                    chip_order {
                      buyers { mention: "ByteDance" }
                      supplier { mention: "Nvidia" }
                      chips { mention: "H200" }
                      quantity { unit: UNIT_CHIP value: 20000 bound: BOUND_EXACT }
                      stage: ORDER_STAGE_PLANNED
                      modality: MODALITY_REPORTED
                    })pb",
                  R"pb(
                    event_id: "u"
                    usage_report {
                      company { mention: "ByteDance" }
                      metric: USAGE_METRIC_TOKENS_PER_DAY
                      value { unit: UNIT_TOKEN value: 30 bound: BOUND_EXACT }
                      as_of { edtf: "2025-10" }
                    })pb"});
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_company()->set_company("bytedance");
  EXPECT_EQ(Get(request).entries_size(), 3);
  request.mutable_query()->mutable_company()->set_company("nvidia");
  EXPECT_EQ(Get(request).entries_size(), 1);
  request.mutable_query()->mutable_chip_order()->set_chip("H200");
  EXPECT_EQ(Get(request).entries_size(), 1);
}

TEST_F(GetTimelineTest, ListedTimelinesComeInPagesInByteOrder) {
  server_.Append({CapexText("a", "ByteDance", 1), CapexText("b", "Alibaba", 2),
                  RuleText("r", "H20", "China", "PROHIBITED", "2022-10-07")});
  v1::ListTimelinesRequest request;
  request.set_page_size(2);
  v1::ListTimelinesResponse first;
  grpc::ClientContext context;
  ASSERT_TRUE(server_.stub().ListTimelines(&context, request, &first).ok());
  ASSERT_EQ(first.timelines_size(), 2);
  EXPECT_EQ(first.timelines(0).entry_id(), "capex/alibaba/ai/2026/capex/forward");
  EXPECT_EQ(first.timelines(0).claim_count(), 1u);
  request.set_page_token(first.next_page_token());
  v1::ListTimelinesResponse second;
  grpc::ClientContext again;
  ASSERT_TRUE(server_.stub().ListTimelines(&again, request, &second).ok());
  ASSERT_EQ(second.timelines_size(), 1);
  EXPECT_EQ(second.timelines(0).entry_id(), "rule/h20/china/us/export");
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(GetTimelineTest, AnEntryIsExplainedClaimByClaim) {
  const Position first = server_.Append({CapexText("a", "ByteDance", 160)});
  server_.Append({RetractionText("r", "a")});
  v1::ExplainEntryRequest request;
  request.set_entry_id("capex/bytedance/ai/2026/capex/forward");
  v1::ExplainEntryResponse now;
  grpc::ClientContext context;
  ASSERT_TRUE(server_.stub().ExplainEntry(&context, request, &now).ok());
  ASSERT_EQ(now.claims_size(), 2);
  EXPECT_EQ(now.claims(0).summary().standing(), v1::STANDING_RETRACTED);
  EXPECT_EQ(now.basis().position(), first + 1);
  request.mutable_known()->set_position(first);
  v1::ExplainEntryResponse before;
  grpc::ClientContext then;
  ASSERT_TRUE(server_.stub().ExplainEntry(&then, request, &before).ok());
  ASSERT_EQ(before.claims_size(), 1);
  EXPECT_TRUE(before.claims(0).selected());
  request.set_entry_id("capex/nobody");
  grpc::ClientContext none;
  EXPECT_EQ(server_.stub().ExplainEntry(&none, request, &now).error_code(), grpc::NOT_FOUND);
}

}  // namespace
}  // namespace chipline::query
