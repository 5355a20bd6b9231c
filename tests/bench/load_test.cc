#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"

#include "chipline/v1/event_log_service.pb.h"
#include "chipline/v1/subscription_service.pb.h"
#include "tests/bench/load/event_source.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/bench/load/measurement.h"
#include "tests/bench/load/report.h"

namespace chipline::bench {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

grpc::ByteBuffer BufferOf(const google::protobuf::Message& message) {
  return ToBuffer(message.SerializeAsString());
}

TEST(EventSourceTest, RequestsParseAndEveryIdIsNew) {
  EventSource source("r1");
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    v1::AppendEventsRequest request;
    ASSERT_TRUE(request.ParseFromString(BytesOf(source.AppendRequest(100))));
    ASSERT_EQ(request.events_size(), 100);
    for (const v1::Event& event : request.events()) {
      EXPECT_NE(event.payload_case(), v1::Event::PAYLOAD_NOT_SET);
      EXPECT_EQ(event.source().hops_size(), 2);
      EXPECT_LE(event.event_id().size(), 64U);
      EXPECT_TRUE(ids.insert(event.event_id()).second) << event.event_id();
    }
  }
}

TEST(EventSourceTest, PipelineRequestsHoldOneAppend) {
  EventSource source("r1");
  v1::PipelineAppendRequest request;
  ASSERT_TRUE(request.ParseFromString(BytesOf(source.PipelineRequest(64))));
  EXPECT_EQ(request.append().events_size(), 64);
}

TEST(EventSourceTest, EventsAreOfTheSizeOfRealOnes) {
  EventSource source("r1");
  EXPECT_GT(source.mean_event_bytes(), 350U);
  EXPECT_LT(source.mean_event_bytes(), 650U);
}

TEST(EventSourceTest, AnEventIsTheSameInEveryRun) {
  EventSource first("r1");
  EventSource second("r1");
  EXPECT_EQ(BytesOf(first.AppendRequest(2000)), BytesOf(second.AppendRequest(2000)));
}

TEST(EventSourceTest, OrdersGrowWithTheEventsAndSomeAreHot) {
  constexpr int kEvents = 200'000;
  EventSource source("r1");
  std::map<std::string, int> claims;
  std::map<std::string, std::string> chips;
  int orders = 0;
  for (int sent = 0; sent < kEvents; sent += 1000) {
    v1::AppendEventsRequest request;
    ASSERT_TRUE(request.ParseFromString(BytesOf(source.AppendRequest(1000))));
    for (const v1::Event& event : request.events()) {
      if (!event.has_chip_order() || event.chip_order().order_id() == "rare") continue;
      const v1::ChipOrder& order = event.chip_order();
      ++orders;
      ++claims[order.order_id()];
      const std::string& chip = order.chips(0).mention();
      EXPECT_EQ(chips.try_emplace(order.order_id(), chip).first->second, chip);
    }
  }
  const double mean = static_cast<double>(orders) / static_cast<double>(claims.size());
  EXPECT_NEAR(mean, 100, 30);
  EXPECT_GT(claims["order-00000000"], 3 * mean);
}

TEST(CountEventsTest, CountsWithoutParsing) {
  v1::ReadEventsResponse read;
  v1::SubscribeResponse live;
  for (int i = 0; i < 7; ++i) {
    read.add_events()->set_position(static_cast<uint64_t>(i) + 1);
    live.mutable_batch()->add_events()->set_subject("s");
  }
  read.set_position(7);
  live.set_position(7);
  live.set_resume_token("token");
  EXPECT_EQ(CountEvents(BufferOf(read), false), 7U);
  EXPECT_EQ(CountEvents(BufferOf(live), true), 7U);
  live.mutable_heartbeat();
  EXPECT_EQ(CountEvents(BufferOf(live), true), 0U);
}

TEST(HoldsResultTest, TellsResultsFromErrors) {
  v1::PipelineAppendResponse response;
  response.set_request_id(1);
  response.mutable_error()->set_code(3);
  EXPECT_FALSE(HoldsResult(BufferOf(response)));
  response.mutable_result();
  EXPECT_TRUE(HoldsResult(BufferOf(response)));
}

TEST(SpreadTest, IsTheMedianAndItsQuartiles) {
  const Spread spread = SpreadOf({5, 1, 4, 2, 3});
  EXPECT_EQ(spread.median, 3);
  EXPECT_EQ(spread.low_quartile, 2);
  EXPECT_EQ(spread.high_quartile, 4);
}

TEST(RatioTest, ComparesOnlyWithinARound) {
  const auto rate = [](uint64_t events) {
    Measurement one;
    one.events = events;
    one.elapsed = absl::Seconds(1);
    return one;
  };
  const Row row = {"t", "l", {rate(50), rate(10)}, {rate(100), rate(20)}};
  EXPECT_EQ(RatioOf(row).median, 0.5);
}

}  // namespace
}  // namespace chipline::bench
