#include "services/rpc/subscribers.h"

#include <vector>

#include "gtest/gtest.h"

#include "storage/error.h"

namespace chipline {
namespace {

TEST(SubscribersTest, ListsInTheOrderTheyCame) {
  Subscribers subscribers;
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(subscribers.Add({"Subscribe", name, "ipv4:127.0.0.1:1"}, [] {}).ok());
  }
  const auto first = subscribers.List(0, 2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0]->name.client_name, "a");
  const auto rest = subscribers.List(first[1]->id, 100);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0]->name.client_name, "c");
}

TEST(SubscribersTest, RefusesBeyondTheLimitUntilOneGoes) {
  Subscribers subscribers(1);
  const auto first = subscribers.Add({}, [] {});
  ASSERT_TRUE(first.ok());
  const absl::Status refused = subscribers.Add({}, [] {}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_STREAMS");
  subscribers.Remove((*first)->id);
  EXPECT_EQ(subscribers.count(), 0U);
  EXPECT_TRUE(subscribers.Add({}, [] {}).ok());
}

TEST(SubscribersTest, DrainStopsAllAndRefusesNew) {
  Subscribers subscribers;
  int stopped = 0;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(subscribers.Add({}, [&] { ++stopped; }).ok());
  subscribers.Drain();
  EXPECT_EQ(stopped, 3);
  const absl::Status refused = subscribers.Add({}, [] {}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused), "DRAINING");
}

TEST(SubscribersTest, MessagesGetSmallerWhileVeryMuchIsInFlight) {
  Subscribers subscribers;
  EXPECT_EQ(subscribers.MessageAllowance(), limits::kMaxBatchBytes);
  std::vector<std::shared_ptr<Subscriber>> slow;
  for (int i = 0; i < 256; ++i) {
    slow.push_back(*subscribers.Add({}, [] {}));
    subscribers.MessageStarted(*slow.back(), limits::kMaxBatchBytes);
  }
  EXPECT_EQ(subscribers.MessageAllowance(), limits::kLiveBatchBytes);
  subscribers.MessageDone(*slow.back());
  EXPECT_EQ(subscribers.MessageAllowance(), limits::kMaxBatchBytes);
}

TEST(SubscribersTest, WhatIsHeldForStreamsCountsUntilItIsGivenBack) {
  Subscribers subscribers;
  const auto slow = *subscribers.Add({}, [] {});
  const size_t most = 512 * limits::kMaxBatchBytes;
  EXPECT_TRUE(subscribers.CheckRoom(limits::kMaxBatchBytes).ok());
  subscribers.Held(*slow, most / 2);
  EXPECT_EQ(subscribers.MessageAllowance(), limits::kLiveBatchBytes);
  subscribers.Held(*slow, most);
  const absl::Status full = subscribers.CheckRoom(limits::kMaxBatchBytes);
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(full), "SLOW_READERS");
  EXPECT_TRUE(subscribers.CheckRoom(limits::kLiveBatchBytes).ok()) << "small ones go on";
  subscribers.Held(*slow, 0);
  EXPECT_TRUE(subscribers.CheckRoom(limits::kMaxBatchBytes).ok());
  EXPECT_EQ(subscribers.MessageAllowance(), limits::kMaxBatchBytes);
}

}  // namespace
}  // namespace chipline
