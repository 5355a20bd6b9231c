#include "storage/stream_order.h"

#include <map>
#include <random>

#include "gmock/gmock.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "tests/storage/open_log.h"

// Which commands of a stream are applied.
namespace chipline::storage::testing {
namespace {

using ::testing::ElementsAre;

v1::Genesis NewGenesis() {
  v1::Genesis genesis;
  genesis.set_log_id("0123456789abcdef0123456789abcdef");
  genesis.set_epoch(1);
  genesis.set_rules_version(1);
  return genesis;
}

std::string HelloBytes(const std::string& nonce) {
  v1::StreamMessage message;
  message.mutable_hello()->set_nonce(nonce);
  return message.SerializeAsString();
}

// Commands of a proposer, numbered from `first` on; the cursor's position says which it is.
std::string ProposalBytes(uint64_t proposer, uint64_t first, size_t count) {
  v1::StreamMessage message;
  message.mutable_proposals()->set_proposer(proposer);
  message.mutable_proposals()->set_first_number(first);
  for (uint64_t number = first; number < first + count; ++number) {
    v1::Command command;
    command.mutable_cursor()->set_name(fmt::format("{}", proposer));
    command.mutable_cursor()->set_position(number);
    message.mutable_proposals()->add_commands(command.SerializeAsString());
  }
  return message.SerializeAsString();
}

class StreamOrderTest : public ::testing::Test {
 protected:
  StreamOrderTest() {
    EventStoreOptions options;
    options.directory = directory_.path();
    auto opened = EventStore::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    events_ = *std::move(opened);
    Load();
  }

  void Load() {
    auto loaded = StreamOrder::Load(*events_, NewGenesis());
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    order_.emplace(*std::move(loaded));
  }

  // Takes the next message and stores its rows, as the committer does. The numbers that were
  // applied.
  std::vector<uint64_t> Take(const std::string& bytes) {
    Round round;
    const auto taken = order_->Take(++sequence_, absl::UnixEpoch(), bytes, round);
    EXPECT_TRUE(taken.ok()) << taken.status();
    order_->Save(round);
    EXPECT_EQ(round.sequence, sequence_);
    EXPECT_TRUE(events_->Write({{}, {}, round.state}, /*sync=*/false).ok());
    std::vector<uint64_t> numbers;
    if (!taken.ok()) return numbers;
    for (const auto& numbered : taken->applied) {
      EXPECT_EQ(round.commands[numbered.index].command.cursor().position(), numbered.number);
      numbers.push_back(numbered.number);
    }
    gap_of_ = taken->gap_of;
    return numbers;
  }

  const TempDirectory directory_;
  std::unique_ptr<EventStore> events_;
  std::optional<StreamOrder> order_;
  uint64_t sequence_ = 0;
  uint64_t gap_of_ = 0;
};

TEST_F(StreamOrderTest, CopiesArePassedOverAndSoIsWhatComesBehindAGap) {
  EXPECT_THAT(Take(HelloBytes("a")), ElementsAre());
  EXPECT_THAT(Take(ProposalBytes(1, 1, 2)), ElementsAre(1, 2));
  EXPECT_THAT(Take(ProposalBytes(1, 1, 2)), ElementsAre());
  EXPECT_EQ(gap_of_, 0u);
  EXPECT_THAT(Take(ProposalBytes(1, 4, 2)), ElementsAre());
  EXPECT_EQ(gap_of_, 1u);
  // A message that was made again from more commands.
  EXPECT_THAT(Take(ProposalBytes(1, 2, 4)), ElementsAre(3, 4, 5));
  EXPECT_THAT(Take(ProposalBytes(1, 4, 2)), ElementsAre());
}

TEST_F(StreamOrderTest, WhoNeverSaidHelloIsPassedOver) {
  EXPECT_THAT(Take(ProposalBytes(7, 1, 1)), ElementsAre());
  EXPECT_THAT(Take(HelloBytes("a")), ElementsAre());
  EXPECT_THAT(Take(ProposalBytes(1, 1, 1)), ElementsAre());
  EXPECT_THAT(Take(ProposalBytes(2, 1, 1)), ElementsAre(1));
}

TEST_F(StreamOrderTest, TheOneThatWasSilentForLongestIsForgotten) {
  Take(HelloBytes("a"));
  Take(HelloBytes("b"));
  EXPECT_THAT(Take(ProposalBytes(1, 1, 1)), ElementsAre(1));
  for (size_t i = 0; i < StreamOrder::kMaxProposers - 1; ++i) Take(HelloBytes("more"));
  EXPECT_THAT(Take(ProposalBytes(2, 1, 1)), ElementsAre());
  EXPECT_THAT(Take(ProposalBytes(1, 2, 1)), ElementsAre(2));
  Load();
  EXPECT_THAT(Take(ProposalBytes(2, 1, 1)), ElementsAre());
  EXPECT_THAT(Take(ProposalBytes(1, 3, 1)), ElementsAre(3));
}

TEST_F(StreamOrderTest, WhatIsNotKnownOrCannotBeReadEndsIt) {
  Round round;
  EXPECT_EQ(ReasonOf(order_->Take(1, absl::UnixEpoch(), "", round).status()), "RULES_UNKNOWN");
  EXPECT_EQ(ReasonOf(order_->Take(1, absl::UnixEpoch(), "\x0a", round).status()),
            "MESSAGE_UNREADABLE");
  v1::StreamMessage other;
  *other.mutable_genesis() = NewGenesis();
  other.mutable_genesis()->set_epoch(2);
  EXPECT_EQ(ReasonOf(order_->Take(1, absl::UnixEpoch(), other.SerializeAsString(), round).status()),
            "OTHER_LOG");
  // Behind the first one it says nothing.
  EXPECT_TRUE(order_->Take(2, absl::UnixEpoch(), other.SerializeAsString(), round).ok());
}

// After Hello as 1 and a command as 2, messages 3 and 4 are missing.
class StreamHoleTest : public StreamOrderTest {
 protected:
  StreamHoleTest() {
    Take(HelloBytes("a"));
    Take(ProposalBytes(1, 1, 1));
    order_->PassHole(3, 4);
    sequence_ = 4;
  }
  std::string ReasonOfNext(const std::string& bytes) {
    Round round;
    return ReasonOf(order_->Take(sequence_ + 1, absl::UnixEpoch(), bytes, round).status());
  }
};

TEST_F(StreamHoleTest, AHoleIsPassedAndKept) {
  EXPECT_THAT(Take(ProposalBytes(1, 2, 1)), ElementsAre(2));
  EXPECT_THAT(order_->holes(), ElementsAre(std::make_pair(3u, 4u)));
  Load();
  EXPECT_THAT(order_->holes(), ElementsAre(std::make_pair(3u, 4u)));
  EXPECT_THAT(Take(ProposalBytes(1, 3, 1)), ElementsAre(3));
}

TEST_F(StreamHoleTest, AGapRightBehindAHoleShowsThatItWasACommand) {
  EXPECT_EQ(ReasonOfNext(ProposalBytes(1, 3, 1)), "HOLE_CONTRADICTED");
  // Not taken, so that it is there again after a restart.
  EXPECT_EQ(order_->applied().sequence(), 2u);
  // With messages of others in between.
  Take(HelloBytes("b"));
  EXPECT_EQ(ReasonOfNext(ProposalBytes(1, 3, 1)), "HOLE_CONTRADICTED");
  Load();
  EXPECT_EQ(ReasonOfNext(ProposalBytes(1, 3, 1)), "HOLE_CONTRADICTED");
  // What comes behind a command that is not missing is another gap.
  EXPECT_THAT(Take(ProposalBytes(1, 2, 1)), ElementsAre(2));
  EXPECT_THAT(Take(ProposalBytes(1, 4, 1)), ElementsAre());
  EXPECT_EQ(gap_of_, 1u);
}

TEST_F(StreamHoleTest, AGapFarBehindAHoleIsAnotherLoss) {
  sequence_ += StreamOrder::kRightBehind - 1;
  EXPECT_EQ(ReasonOfNext(ProposalBytes(1, 3, 1)), "HOLE_CONTRADICTED");
  ++sequence_;
  EXPECT_EQ(ReasonOfNext(ProposalBytes(1, 3, 1)), "");
}

TEST_F(StreamHoleTest, ACommandWhoseHelloIsMissingShowsThatANodeHasTakenIt) {
  EXPECT_EQ(ReasonOfNext(ProposalBytes(3, 1, 1)), "HOLE_CONTRADICTED");
  EXPECT_EQ(ReasonOfNext(ProposalBytes(4, 1, 1)), "HOLE_CONTRADICTED");
  EXPECT_EQ(ReasonOfNext(ProposalBytes(5, 1, 1)), "");
}

// Proposers whose messages are copied, lost and mixed, with restarts in between: each number of
// each is applied at most once, in order, and what is applied is the same however often it
// restarts.
TEST_F(StreamOrderTest, EveryNumberIsAppliedOnceAndInOrderWhateverComesOfTheMessages) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    const auto up_to = [&random](uint64_t n) { return random() % n; };
    const uint64_t first = sequence_ + 1;
    for (int i = 0; i < 3; ++i) Take(HelloBytes("x"));
    std::map<uint64_t, uint64_t> last;
    for (int i = 0; i < 300; ++i) {
      const uint64_t proposer = first + up_to(3);
      const uint64_t from = 1 + up_to(last[proposer] + 4);
      const std::vector<uint64_t> applied = Take(ProposalBytes(proposer, from, 1 + up_to(4)));
      for (const uint64_t number : applied) EXPECT_EQ(number, ++last[proposer]);
      if (up_to(40) == 0) Load();
    }
    for (const auto& [proposer, number] : last) {
      EXPECT_THAT(Take(ProposalBytes(proposer, number + 1, 1)), ElementsAre(number + 1));
    }
  }
}

}  // namespace
}  // namespace chipline::storage::testing
