#include <random>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "gmock/gmock.h"

#include "fmt/format.h"
#include "storage/digest.h"
#include "storage/error.h"
#include "storage/rules_version.h"
#include "storage/stream_order.h"
#include "tests/storage/open_log.h"

// Logs that take one order of commands, given as the messages of a stream.
namespace chipline::storage::testing {
namespace {

struct Message {
  absl::Time time;
  std::string bytes;
};

v1::Genesis NewGenesis() {
  v1::Genesis genesis;
  genesis.set_log_id("0123456789abcdef0123456789abcdef");
  genesis.set_epoch(3);
  genesis.set_rules_version(1);
  return genesis;
}

// The messages of a stream, as one node gets them: so many a round. At the end Take waits for
// Close.
class ReplayedStream final : public SharedSequencer {
 public:
  ReplayedStream(const std::vector<Message>& messages, size_t a_round)
      : messages_(messages), a_round_(a_round) {}

  const v1::Genesis& genesis() const override { return genesis_; }
  absl::Status Join(const EventStore& events, Position) override {
    auto order = StreamOrder::Load(events, genesis_);
    if (!order.ok()) return order.status();
    order_.emplace(*std::move(order));
    next_ = saved_ = order_->applied().sequence();
    return absl::OkStatus();
  }
  absl::Status Submit(v1::Command, Done) override { return absl::UnimplementedError("a replay"); }
  absl::StatusOr<std::optional<Round>> Take(size_t) override {
    Round round;
    for (size_t i = 0; i < a_round_ && next_ < messages_.size(); ++i, ++next_) {
      const Message& message = messages_[next_];
      const auto taken = order_->Take(next_ + 1, message.time, message.bytes, round);
      if (!taken.ok()) {
        // Nothing comes behind it.
        next_ = messages_.size();
        return taken.status();
      }
    }
    if (order_->applied().sequence() > saved_) {
      saved_ = order_->applied().sequence();
      order_->Save(round);
      return std::optional<Round>(std::move(round));
    }
    MutexLock lock(mutex_);
    while (!closed_) changed_.Wait(mutex_);
    return std::optional<Round>();
  }
  void Close() override {
    MutexLock lock(mutex_);
    closed_ = true;
    changed_.NotifyAll();
  }
  bool closed() const override {
    MutexLock lock(mutex_);
    return closed_;
  }
  size_t queued_bytes() const override { return 0; }

 private:
  const std::vector<Message>& messages_;
  const size_t a_round_;
  const v1::Genesis genesis_ = NewGenesis();
  std::optional<StreamOrder> order_;
  size_t next_ = 0;
  uint64_t saved_ = 0;
  mutable Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Proposals of two proposers, with copies, appends that are refused, duplicates and cursors.
std::vector<Message> RandomMessages(uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto up_to = [&random](uint64_t n) { return static_cast<int>(random() % n); };
  std::vector<Message> messages;
  absl::Time time = absl::FromUnixSeconds(1'700'000'000);
  const auto add = [&](const v1::StreamMessage& message) {
    // A leader whose clock is behind its predecessor's.
    time += absl::Milliseconds(up_to(2000) - 500);
    messages.push_back({time, message.SerializeAsString()});
  };
  for (const char* nonce : {"a", "b"}) {
    v1::StreamMessage hello;
    hello.mutable_hello()->set_nonce(nonce);
    add(hello);
  }
  uint64_t next[] = {1, 1};
  for (int i = 0; i < count; ++i) {
    const int proposer = up_to(2);
    v1::StreamMessage message;
    auto& proposals = *message.mutable_proposals();
    proposals.set_proposer(static_cast<uint64_t>(proposer) + 1);
    proposals.set_first_number(next[proposer]);
    for (int n = 1 + up_to(3); n > 0; --n) {
      v1::Command command;
      if (up_to(5) == 0) {
        command.mutable_cursor()->set_name("reader");
        command.mutable_cursor()->set_position(static_cast<uint64_t>(up_to(40)));
      } else {
        std::vector<v1::SealedEvent> events;
        for (int e = 1 + up_to(3); e > 0; --e) {
          events.push_back(Sealed(fmt::format("e{}", up_to(200)), fmt::format("s.x{}", up_to(5)),
                                  up_to(10) == 0 ? "other" : ""));
        }
        command = AppendCommand(events);
        if (up_to(6) == 0) {
          auto& precondition = *command.mutable_append()->add_preconditions();
          precondition.set_subject(fmt::format("s.x{}", up_to(5)));
          precondition.set_expected_revision(static_cast<uint64_t>(up_to(4)));
        }
      }
      command.set_rules_version(1);
      proposals.add_commands(command.SerializeAsString());
      ++next[proposer];
    }
    add(message);
    while (up_to(3) == 0) add(message);
  }
  return messages;
}

class SharedOrderTest : public ::testing::Test {
 protected:
  // A node, and what it has of the stream.
  struct Node {
    TempDirectory directory;
    LiteralRules rules;
    std::unique_ptr<ReplayedStream> stream;
    std::unique_ptr<Log> log;

    absl::Status Open(const std::vector<Message>& messages, size_t a_round) {
      log.reset();
      rules = LiteralRules();
      stream = std::make_unique<ReplayedStream>(messages, a_round);
      LogOptions options;
      options.directory = directory.path() / "data";
      options.shared = stream.get();
      auto opened = Log::Open(options, rules);
      if (!opened.ok()) return opened.status();
      log = *std::move(opened);
      return absl::OkStatus();
    }
    void WaitFor(uint64_t sequence) {
      while (log->applied_sequence() < sequence && log->health().ok()) std::this_thread::yield();
    }
    // Every event as its bytes, and the digests that were kept.
    std::string Content() const {
      std::string content;
      for (const auto& event : ReadAll(*log)) content += event.SerializeAsString();
      for (Position p = 0; p <= log->reader().head(); p += RunningDigest::kInterval) {
        const auto kept = log->KeptDigest(p);
        EXPECT_TRUE(kept.ok());
        if (kept.ok() && kept->has_value()) content += (*kept)->SerializeAsString();
      }
      return content;
    }
  };
};

TEST_F(SharedOrderTest, NodesComeToTheSameHoweverTheyGroupTheMessagesAndRestart) {
  const std::vector<Message> messages = RandomMessages(7, 300);
  Node one;
  ASSERT_TRUE(one.Open(messages, 1).ok());
  one.WaitFor(messages.size());
  Node many;
  ASSERT_TRUE(many.Open(messages, 50).ok());
  many.WaitFor(messages.size());
  Node restarted;
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

TEST_F(SharedOrderTest, WhatCannotBeReadEndsItAndChangesNothing) {
  std::vector<Message> messages = RandomMessages(7, 50);
  messages.push_back({absl::UnixEpoch(), "no message"});
  Node node;
  ASSERT_TRUE(node.Open(messages, 1).ok());
  node.WaitFor(messages.size());
  EXPECT_EQ(ReasonOf(node.log->health()), "OUTCOME_UNKNOWN");
  EXPECT_LT(node.log->applied_sequence(), messages.size());
  EXPECT_TRUE(node.stream->closed());
  // Reads go on.
  EXPECT_GT(ReadAll(*node.log).size(), 20u);
}

TEST_F(SharedOrderTest, ACommandOfUnknownRulesIsNotARefusal) {
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
  Node node;
  ASSERT_TRUE(node.Open(messages, 3).ok());
  node.WaitFor(messages.size());
  EXPECT_EQ(ReasonOf(node.log->health()), "OUTCOME_UNKNOWN");
  EXPECT_LT(node.log->applied_sequence(), messages.size());
}

TEST_F(SharedOrderTest, ADirectoryOfAnotherLogIsRefused) {
  const std::vector<Message> messages = RandomMessages(7, 1);
  Node node;
  {
    LogOptions options;
    options.directory = node.directory.path() / "data";
    ASSERT_TRUE(Log::Open(options, node.rules).ok());
  }
  EXPECT_EQ(ReasonOf(node.Open(messages, 1)), "OTHER_LOG");
}

}  // namespace
}  // namespace chipline::storage::testing
