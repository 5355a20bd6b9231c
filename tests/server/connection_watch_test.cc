// Which connections are ended, and that the one that is meant is.

#include "services/server/connection_watch.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "storage/limits.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

constexpr uint64_t kMiB = uint64_t{1024} * 1024;
constexpr ConnectionBounds kBounds{2048, 512 * kMiB, 1024 * kMiB};

std::vector<std::string> Ended(const std::vector<ConnectionUse>& connections, uint64_t memory = 0) {
  std::vector<std::string> peers;
  for (const Overuse& overuse : FindOveruse(connections, kBounds, memory)) {
    peers.push_back(overuse.connection->peer);
  }
  return peers;
}

ConnectionUse Use(std::string peer, uint64_t begun, uint64_t open, uint64_t messages,
                  uint64_t bytes, uint64_t sent = 0) {
  return {0, std::move(peer), begun, open, messages, bytes, sent};
}

TEST(FindOveruseTest, MoreCallsThanAllowedEndAConnection) {
  EXPECT_THAT(Ended({Use("few", 2048, 2048, 0, kMiB), Use("many", 2049, 2049, 2049, kMiB)}),
              testing::ElementsAre("many"));
}

TEST(FindOveruseTest, SlowStreamsAndBusyPipelinesAreNoOveruse) {
  // Twenty connections with 1,024 subscriptions each, which is what a server takes at most; one
  // that made a million calls; one that has sent 100 GiB in whole requests.
  std::vector<ConnectionUse> connections(20, Use("streams", 1024, 1024, 1024, kMiB));
  connections.push_back(Use("calls", 1'000'000, 8, 1'000'000, 300 * kMiB));
  connections.push_back(Use("pipeline", 1, 1, 100'000, 100'000 * kMiB));
  connections.push_back(Use("both", 1025, 1025, 100'000, 100'000 * kMiB));
  EXPECT_THAT(Ended(connections), testing::IsEmpty());
}

TEST(FindOveruseTest, UnfinishedRequestsEndTheConnectionsThatHaveTheMost) {
  // Both sent as much; of one everything came whole.
  const ConnectionUse honest = Use("honest", 1024, 1024, 1024, 400 * kMiB);
  EXPECT_THAT(Ended({honest, Use("half", 1000, 1000, 0, 400 * kMiB)}), testing::IsEmpty());
  EXPECT_THAT(
      Ended({honest, Use("less", 100, 100, 0, 200 * kMiB), Use("half", 1000, 1000, 0, 400 * kMiB)}),
      testing::ElementsAre("half"));
}

TEST(FindOveruseTest, ManyConnectionsWithFewCallsEachAreBoundedToo) {
  std::vector<ConnectionUse> connections(1000, Use("half", 100, 100, 0, kMiB));
  connections.push_back(Use("honest", 1024, 1024, 1024, kMiB));
  const std::vector<std::string> ended = Ended(connections);
  EXPECT_GT(ended.size(), 400U);
  EXPECT_LT(ended.size(), 800U);
  EXPECT_THAT(ended, testing::Not(testing::Contains("honest")));
}

TEST(FindOveruseTest, WhatBelongsToNoRequestEndsAConnection) {
  // Metadata without end, as against a subscriber whose client widens its windows for years.
  EXPECT_THAT(Ended({Use("headers", 1, 1, 0, 69 * kMiB),
                     Use("windows", 1, 1, 1, 1000 * kMiB, 2'000'000 * kMiB),
                     Use("refused", 1000, 0, 0, 1000 * kMiB)}),
              testing::ElementsAre("headers"));
}

TEST(FindOveruseTest, TooMuchMemoryEndsTheConnectionWithTheMostUnfinishedRequests) {
  const std::vector<ConnectionUse> connections = {
      Use("streams", 1024, 1024, 1024, kMiB), Use("some", 10, 10, 0, kMiB),
      Use("metadata", 200, 200, 0, kMiB), Use("idle", 10, 0, 10, kMiB)};
  EXPECT_THAT(Ended(connections, 1000 * kMiB), testing::IsEmpty());
  EXPECT_THAT(Ended(connections, 1100 * kMiB), testing::ElementsAre("metadata"));
  // Nobody is ended for memory that calls do not account for.
  EXPECT_THAT(Ended({connections.front(), connections.back()}, 5000 * kMiB), testing::IsEmpty());
  // Each connection has its own share.
  EXPECT_THAT(Ended(std::vector<ConnectionUse>(20'000, Use("one", 1, 1, 0, 100)), 2000 * kMiB),
              testing::IsEmpty());
}

TEST(FindOveruseTest, BytesAreNotCountedBeyondWhatCallsMayHave) {
  // A call that was refused before its request came leaves no message behind.
  EXPECT_EQ(CallBytes(Use("refused", 1'000'000, 0, 0, 1000 * kMiB)), 0U);
  EXPECT_LT(CallBytes(Use("one", 1, 1, 0, 1000 * kMiB)), limits::kMaxRequestBytes + kMiB);
}

using ConnectionsTest = RunningServer;

TEST_F(ConnectionsTest, CallsOfEachConnectionAreCounted) {
  const Client busy = NewClient();
  const Client idle = NewClient();
  EXPECT_EQ(busy.Head(), 0U);
  EXPECT_EQ(idle.Head(), 0U);
  const auto context = Context();
  v1::SubscribeRequest request;
  const auto stream = busy.subscriptions->Subscribe(context.get(), request);
  stream->WaitForInitialMetadata();
  const std::vector<ConnectionUse> connections = ReadConnections(server_->port());
  ASSERT_EQ(connections.size(), 2U);
  const auto found = std::max_element(
      connections.begin(), connections.end(),
      [](const ConnectionUse& a, const ConnectionUse& b) { return a.begun < b.begun; });
  EXPECT_EQ(found->begun, 2U);
  EXPECT_EQ(found->open, 1U);
  EXPECT_EQ(found->messages, 2U);
  EXPECT_GT(found->bytes, 0U);
  EXPECT_THAT(found->peer, testing::StartsWith("ipv4:127.0.0.1:"));
  EXPECT_EQ(HostOf(found->peer), "ipv4:127.0.0.1");
  context->TryCancel();
}

TEST_F(ConnectionsTest, OnlyTheOneThatIsMeantIsShutDown) {
  const Client meant = NewClient();
  EXPECT_EQ(meant.Head(), 0U);
  const std::vector<ConnectionUse> connections = ReadConnections(server_->port());
  ASSERT_EQ(connections.size(), 1U);
  const Client other = NewClient();
  const auto of_other = Context();
  const auto kept = other.subscriptions->Subscribe(of_other.get(), {});
  kept->WaitForInitialMetadata();
  const auto context = Context();
  const auto stream = meant.subscriptions->Subscribe(context.get(), {});
  stream->WaitForInitialMetadata();
  ShutDownConnections(server_->port(), {connections.front().peer});
  v1::SubscribeResponse response;
  while (stream->Read(&response)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(other.Append(AppendOf({Capex("a", "ByteDance")})).ok());
  while (kept->Read(&response) && response.batch().events_size() == 0) {
  }
  EXPECT_EQ(response.batch().events_size(), 1);
  of_other->TryCancel();
}

}  // namespace
}  // namespace chipline::server
