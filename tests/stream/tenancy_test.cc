// Many streams on one server: nobody slow, gone or refused hurts anybody else, and all of them end
// when the server does.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "services/rpc/status.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

using Clients = std::vector<std::unique_ptr<SubscriptionClient>>;

// A stream that has been told it is live.
std::unique_ptr<SubscriptionClient> LiveClient(v1::SubscriptionService::Stub& stub,
                                               const v1::SubscribeRequest& request = {}) {
  auto client = std::make_unique<SubscriptionClient>(stub, request);
  while (!client->Next().has_caught_up() && !::testing::Test::HasFailure()) {
  }
  return client;
}

void AppendMegabytes(TestLog& log, int megabytes) {
  for (int i = 0; i < 5 * megabytes; ++i) log.AppendOne("capex.a", {}, 200 * 1024);
}

TEST(TenancyTest, EveryLiveSubscriberGetsEveryEvent) {
  StreamServer server;
  const auto stub = server.Subscriptions();
  Clients clients;
  for (int i = 0; i < 30; ++i) clients.push_back(LiveClient(*stub));
  EXPECT_EQ(server.subscribers().count(), 30U);
  std::thread appender([&] {
    for (int i = 0; i < 100; ++i) server.log().AppendOne("capex.a");
  });
  for (auto& client : clients) {
    uint64_t last = 0;
    while (last < 100 && !::testing::Test::HasFailure()) {
      const v1::SubscribeResponse response = client->Next();
      for (const auto& event : response.batch().events()) {
        EXPECT_EQ(event.position(), ++last);
      }
    }
  }
  appender.join();
}

TEST(TenancyTest, ReaderThatDoesNotReadStopsNobodyElse) {
  StreamServer server;
  AppendMegabytes(server.log(), 16);
  const auto slow_stub = server.Subscriptions();
  Clients slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<SubscriptionClient>(*slow_stub, v1::SubscribeRequest()));
  }
  const auto stub = server.Subscriptions();
  const auto client = LiveClient(*stub);
  server.log().AppendOne("capex.b");
  EXPECT_EQ(client->NextStep().batch().events(0).subject(), "capex.b");
}

TEST(TenancyTest, StreamsBeyondTheLimitAreRefusedAndTheOthersGoOn) {
  StreamServer server(2);
  const auto stub = server.Subscriptions();
  const auto first = LiveClient(*stub);
  auto second = LiveClient(*stub);
  const absl::Status refused = FromGrpcStatus(SubscriptionClient(*stub, {}).End());
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_STREAMS");
  server.log().AppendOne("capex.a");
  EXPECT_TRUE(first->NextStep().has_batch());
}

TEST(TenancyTest, CancelAtAnyMomentLeavesNothingBehind) {
  StreamServer server;
  const auto stub = server.Subscriptions();
  std::atomic<bool> stop{false};
  std::thread appender([&] {
    while (!stop) server.log().AppendOne("capex.a", {}, 500);
  });
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  ::testing::Test::RecordProperty("seed", kSeed);
  for (int round = 0; round < 200; ++round) {
    SubscriptionClient client(*stub, {});
    v1::SubscribeResponse response;
    for (auto i = random() % 6; i > 0; --i) client.Read(response);
    client.Cancel();
  }
  stop = true;
  appender.join();
  server.DrainAndShutDown();
  EXPECT_EQ(server.subscribers().count(), 0U);
}

TEST(TenancyTest, CancelledStreamIsGoneWithoutAnyAppend) {
  StreamServer server;
  const auto stub = server.Subscriptions();
  const auto client = LiveClient(*stub);
  EXPECT_EQ(server.subscribers().count(), 1U);
  client->Cancel();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (server.subscribers().count() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.subscribers().count(), 0U);
}

TEST(TenancyTest, DrainEndsStreamsWithTheirPositionAndAWayToRetry) {
  StreamServer server;
  for (int i = 0; i < 3; ++i) server.log().AppendOne("capex.a");
  const auto stub = server.Subscriptions();
  Clients clients;
  for (int i = 0; i < 20; ++i) clients.push_back(LiveClient(*stub));
  server.DrainAndShutDown();
  for (auto& client : clients) {
    const absl::Status status = FromGrpcStatus(client->End());
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_EQ(ReasonOf(status), "DRAINING");
    google::rpc::RetryInfo retry;
    google::rpc::ErrorInfo info;
    const google::rpc::Status sent = ToRpcStatus(status);
    for (const auto& detail : sent.details()) {
      if (detail.Is<google::rpc::RetryInfo>()) detail.UnpackTo(&retry);
      if (detail.Is<google::rpc::ErrorInfo>()) detail.UnpackTo(&info);
    }
    EXPECT_GT(retry.retry_delay().seconds(), 0);
    EXPECT_EQ(info.metadata().at("position"), "3");
  }
  EXPECT_EQ(server.subscribers().count(), 0U);
}

TEST(TenancyTest, DrainDoesNotWaitForReadersThatDoNotRead) {
  StreamServer server;
  AppendMegabytes(server.log(), 16);
  const auto stub = server.Subscriptions();
  Clients slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<SubscriptionClient>(*stub, v1::SubscribeRequest()));
    slow.back()->Next();
  }
  server.DrainAndShutDown();
  EXPECT_EQ(server.subscribers().count(), 0U);
}

TEST(TenancyTest, OperatorsSeeWhoIsThere) {
  StreamServer server;
  server.log().AppendOne("capex.a");
  const auto stub = server.Subscriptions();
  v1::SubscribeRequest request;
  request.set_client_name("risk desk");
  const auto client = LiveClient(*stub, request);
  server.log().AppendOne("capex.a");
  EXPECT_EQ(client->NextStep().position(), 2U);
  const auto list = server.subscribers().List(0, 10);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]->name.client_name, "risk desk");
  EXPECT_EQ(list[0]->name.method, "SubscriptionService.Subscribe");
  EXPECT_EQ(list[0]->name.peer.rfind("ipv4:127.0.0.1", 0), 0U) << list[0]->name.peer;
  EXPECT_TRUE(list[0]->live);
}

}  // namespace
}  // namespace chipline::testing
