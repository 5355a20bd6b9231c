#include "storage/jetstream/pull.h"

#include "gtest/gtest.h"

namespace chipline::jetstream {
namespace {

TEST(PullTest, TheOriginOfAMessage) {
  const auto plain = ParseOrigin("$JS.ACK.log.feed-1.1.1234.56.1796008916084257451.7");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->consumer, "feed-1");
  EXPECT_EQ(plain->stream_sequence, 1234u);
  EXPECT_EQ(plain->consumer_sequence, 56u);
  EXPECT_EQ(plain->time, absl::FromUnixNanos(1796008916084257451));

  // With a domain, an account, and a random token at the end.
  const auto domain = ParseOrigin("$JS.ACK.hub.ACC1.log.feed-1.1.1234.56.1796008916084257451.7.Ab");
  ASSERT_TRUE(domain);
  EXPECT_EQ(domain->consumer, "feed-1");
  EXPECT_EQ(domain->stream_sequence, 1234u);
  EXPECT_EQ(domain->consumer_sequence, 56u);

  for (const char* other : {"", "_INBOX.abc", "$JS.ACK.log.feed-1", "$JS.ACK.log.feed-1.1.x.56.1.7",
                            "$JS.NAK.log.feed-1.1.1234.56.1796008916084257451.7"}) {
    EXPECT_FALSE(ParseOrigin(other)) << other;
  }
}

TEST(PullTest, WhatAStatusMeans) {
  EXPECT_EQ(PullStatusOf("100", "Idle Heartbeat"), PullStatus::kHeartbeat);
  EXPECT_EQ(PullStatusOf("404", "No Messages"), PullStatus::kRequestEnded);
  EXPECT_EQ(PullStatusOf("408", "Request Timeout"), PullStatus::kRequestEnded);
  EXPECT_EQ(PullStatusOf("409", "Batch Completed"), PullStatus::kRequestEnded);
  EXPECT_EQ(PullStatusOf("409", "Message Size Exceeds MaxBytes"), PullStatus::kTooLarge);
  EXPECT_EQ(PullStatusOf("409", "Consumer Deleted"), PullStatus::kConsumerLost);
  EXPECT_EQ(PullStatusOf("409", "Leadership Change"), PullStatus::kConsumerLost);
  EXPECT_EQ(PullStatusOf("409", "Server Shutdown"), PullStatus::kConsumerLost);
  EXPECT_EQ(PullStatusOf("503", ""), PullStatus::kConsumerLost);
  EXPECT_EQ(PullStatusOf("400", "Bad Request"), PullStatus::kConsumerLost);
}

}  // namespace
}  // namespace chipline::jetstream
