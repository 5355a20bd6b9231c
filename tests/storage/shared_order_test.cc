#include "gmock/gmock.h"

#include "storage/error.h"
#include "storage/rules_version.h"
#include "tests/storage/replayed_stream.h"

// Logs that take one order of commands, given as the messages of a stream.
namespace chipline::storage::testing {
namespace {

TEST(SharedOrderTest, NodesComeToTheSameHoweverTheyGroupTheMessagesAndRestart) {
  const std::vector<Message> messages = RandomMessages(7, 300);
  ReplayingNode one;
  ASSERT_TRUE(one.Open(messages, 1).ok());
  one.WaitFor(messages.size());
  ReplayingNode many;
  ASSERT_TRUE(many.Open(messages, 50).ok());
  many.WaitFor(messages.size());
  ReplayingNode restarted;
  for (size_t i = 5; i <= messages.size(); i += 7) {
    const std::vector<Message> part(messages.begin(), messages.begin() + static_cast<long>(i));
    ASSERT_TRUE(restarted.Open(part, 1).ok());
    restarted.WaitFor(i);
  }
  ASSERT_TRUE(restarted.Open(messages, 7).ok());
  restarted.WaitFor(messages.size());

  EXPECT_GT(one.log->reader().head(), 100u);
  EXPECT_EQ(one.Content(), many.Content());
  EXPECT_EQ(one.Content(), restarted.Content());
  EXPECT_EQ(one.log->identity().epoch, 3u);
}

TEST(SharedOrderTest, WhatCannotBeReadEndsItAndChangesNothing) {
  std::vector<Message> messages = RandomMessages(7, 50);
  messages.push_back({absl::UnixEpoch(), "no message"});
  ReplayingNode node;
  ASSERT_TRUE(node.Open(messages, 1).ok());
  node.WaitFor(messages.size());
  EXPECT_EQ(ReasonOf(node.log->health()), "OUTCOME_UNKNOWN");
  EXPECT_LT(node.log->applied_sequence(), messages.size());
  EXPECT_TRUE(node.stream->closed());
  // Reads go on.
  EXPECT_GT(ReadAll(*node.log).size(), 20u);
}

TEST(SharedOrderTest, ACommandOfUnknownRulesIsNotARefusal) {
  std::vector<Message> messages = RandomMessages(7, 50);
  v1::StreamMessage message;
  message.mutable_hello()->set_nonce("c");
  messages.push_back({absl::UnixEpoch(), message.SerializeAsString()});
  auto& proposals = *message.mutable_proposals();
  proposals.set_proposer(messages.size());
  proposals.set_first_number(1);
  v1::Command command = AppendCommand({Sealed("new", "s.x")});
  command.set_rules_version(NewestRulesVersion() + 1);
  proposals.add_commands(command.SerializeAsString());
  messages.push_back({absl::UnixEpoch(), message.SerializeAsString()});
  ReplayingNode node;
  ASSERT_TRUE(node.Open(messages, 3).ok());
  node.WaitFor(messages.size());
  EXPECT_EQ(ReasonOf(node.log->health()), "OUTCOME_UNKNOWN");
  EXPECT_LT(node.log->applied_sequence(), messages.size());
}

TEST(SharedOrderTest, ADirectoryOfAnotherLogIsRefused) {
  const std::vector<Message> messages = RandomMessages(7, 1);
  ReplayingNode node;
  {
    LogOptions options;
    options.directory = node.directory.path() / "data";
    ASSERT_TRUE(Log::Open(options, node.rules).ok());
  }
  EXPECT_EQ(ReasonOf(node.Open(messages, 1)), "OTHER_LOG");
}

}  // namespace
}  // namespace chipline::storage::testing
