// The source of a subscription's messages, step by step, without gRPC.
#include "services/stream/subscription.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"

#include "services/rpc/message.h"
#include "storage/limits.h"
#include "tests/rpc/test_log.h"

namespace chipline::stream {
namespace {

class SubscriptionTest : public ::testing::Test {
 protected:
  Subscription Open(const v1::SubscribeRequest& request) {
    auto terms = ReadSubscribeRequest(request, log_.log().identity());
    EXPECT_TRUE(terms.ok()) << terms.status();
    return Subscription(log_.log(), clock_, *std::move(terms));
  }

  // The message of the next step; default if it is none.
  v1::SubscribeResponse Next(Subscription& subscription, bool heartbeat_due = false) {
    auto step = subscription.Next({limits::kMaxBatchBytes, heartbeat_due});
    EXPECT_TRUE(step.ok()) << step.status();
    last_ = {};
    v1::SubscribeResponse response;
    if (!step.ok() || !std::holds_alternative<StreamMessage>(*step)) return response;
    last_ = std::get<StreamMessage>(*std::move(step));
    EXPECT_TRUE(ParseMessage(last_.bytes, response).ok());
    EXPECT_EQ(response.position(), last_.position);
    return response;
  }

  bool Waits(Subscription& subscription) {
    const auto step = subscription.Next({limits::kMaxBatchBytes, false});
    return step.ok() && std::holds_alternative<StreamWait>(*step);
  }

  testing::TestLog log_;
  SystemClock clock_;
  StreamMessage last_;
};

TEST_F(SubscriptionTest, GoesFromStartedOverBatchesToCaughtUpAndThenWaits) {
  log_.AppendOne("capex.a");
  log_.AppendOne("capex.b");
  Subscription subscription = Open({});
  const auto started = Next(subscription);
  ASSERT_TRUE(started.has_started());
  EXPECT_EQ(started.started().log_id(), log_.log().identity().log_id);
  EXPECT_EQ(started.position(), 0U);
  EXPECT_EQ(started.head_position(), 2U);
  const auto batch = Next(subscription);
  EXPECT_EQ(batch.batch().events_size(), 2);
  EXPECT_EQ(batch.position(), 2U);
  EXPECT_FALSE(last_.wait_past.has_value());
  EXPECT_TRUE(Next(subscription).has_caught_up());
  EXPECT_EQ(last_.wait_past, 2U);
  EXPECT_TRUE(last_.live);
  EXPECT_TRUE(Waits(subscription));
  log_.AppendOne("capex.c");
  EXPECT_EQ(Next(subscription).batch().events(0).subject(), "capex.c");
  EXPECT_EQ(last_.wait_past, 3U);
}

TEST_F(SubscriptionTest, HeartbeatIsSentOnlyWhenDueAndMovesOverWhatDoesNotMatch) {
  v1::SubscribeRequest request;
  request.mutable_filter()->add_chips("h20");
  Subscription subscription = Open(request);
  EXPECT_TRUE(Next(subscription).has_started());
  EXPECT_TRUE(Next(subscription).has_caught_up());
  log_.AppendOne("capex.a", {"company/a"});
  EXPECT_TRUE(Waits(subscription));
  const auto heartbeat = Next(subscription, /*heartbeat_due=*/true);
  EXPECT_TRUE(heartbeat.has_heartbeat());
  EXPECT_EQ(heartbeat.position(), 1U);
  EXPECT_EQ(heartbeat.head_position(), 1U);
}

TEST_F(SubscriptionTest, FallsBehindOverrunByTheTailAndCatchesUpWithoutLoss) {
  Subscription subscription = Open({});
  EXPECT_TRUE(Next(subscription).has_started());
  EXPECT_TRUE(Next(subscription).has_caught_up());
  const size_t bytes = 200 * 1024;
  const auto appends = static_cast<storage::Position>(limits::kMaxTailBytes / bytes + 20);
  for (storage::Position i = 0; i < appends; ++i) log_.AppendOne("capex.a", {}, bytes);

  const auto fell_behind = Next(subscription);
  EXPECT_TRUE(fell_behind.has_fell_behind());
  EXPECT_EQ(fell_behind.position(), 0U);
  EXPECT_EQ(fell_behind.head_position(), appends);
  storage::Position last = 0;
  v1::SubscribeResponse response = Next(subscription);
  for (; response.has_batch(); response = Next(subscription)) {
    for (const auto& event : response.batch().events()) EXPECT_EQ(event.position(), ++last);
    EXPECT_EQ(response.position(), last);
  }
  EXPECT_TRUE(response.has_caught_up());
  EXPECT_EQ(last, appends);
}

TEST_F(SubscriptionTest, LiveMessagesAreSmallAndCatchUpMessagesLarge) {
  const auto append = [&] {
    for (int i = 0; i < 30; ++i) log_.AppendOne("capex.a", {}, 20 * 1024);
  };
  append();
  Subscription subscription = Open({});
  EXPECT_TRUE(Next(subscription).has_started());
  EXPECT_EQ(Next(subscription).batch().events_size(), 30);
  EXPECT_TRUE(Next(subscription).has_caught_up());
  append();
  EXPECT_LE(Next(subscription).batch().events_size(), 4);
}

TEST_F(SubscriptionTest, AppendsAreNeverSplit) {
  std::vector<testing::TestEvent> events;
  for (int i = 0; i < 50; ++i) events.push_back({"e" + std::to_string(i), "capex.a", {}, 1000});
  log_.Append(events);
  log_.AppendOne("capex.b");
  v1::SubscribeRequest request;
  request.set_max_batch_bytes(limits::kMinBatchBytes);
  Subscription subscription = Open(request);
  EXPECT_TRUE(Next(subscription).has_started());
  const auto batch = Next(subscription);
  EXPECT_EQ(batch.batch().events_size(), 50);
  EXPECT_EQ(batch.position(), 50U);
}

TEST_F(SubscriptionTest, ServersAllowanceLimitsTheMessage) {
  for (int i = 0; i < 20; ++i) log_.AppendOne("capex.a", {}, 10 * 1024);
  Subscription subscription = Open({});
  EXPECT_TRUE(Next(subscription).has_started());
  const auto step = subscription.Next({limits::kMinBatchBytes, false});
  ASSERT_TRUE(step.ok());
  EXPECT_LT(std::get<StreamMessage>(*step).bytes.Length(), 30U * 1024);
}

}  // namespace
}  // namespace chipline::stream
