#ifndef CHIPLINE_TESTS_STORAGE_REPLAYED_STREAM_H_
#define CHIPLINE_TESTS_STORAGE_REPLAYED_STREAM_H_

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "fmt/format.h"
#include "storage/digest.h"
#include "storage/stream_order.h"
#include "tests/storage/open_log.h"

// A stream that several nodes share, given as its messages, without servers.
namespace chipline::storage::testing {

struct Message {
  absl::Time time;
  std::string bytes;
};

inline v1::Genesis NewGenesis() {
  v1::Genesis genesis;
  genesis.set_log_id("0123456789abcdef0123456789abcdef");
  genesis.set_epoch(3);
  genesis.set_rules_version(1);
  return genesis;
}

// The messages of a stream, as one node gets them: so many a round. At the end Take waits for
// Close, and before the beginning as long as it is held.
class ReplayedStream final : public SharedSequencer {
 public:
  ReplayedStream(const std::vector<Message>& messages, size_t a_round, bool held = false)
      : messages_(messages), a_round_(a_round), held_(held) {}

  void Release() {
    MutexLock lock(mutex_);
    held_ = false;
    changed_.NotifyAll();
  }

  const v1::Genesis& genesis() const override { return genesis_; }
  absl::Status Join(const EventStore& events, Position) override {
    auto order = StreamOrder::Load(events, genesis_);
    if (!order.ok()) return order.status();
    order_.emplace(*std::move(order));
    next_ = saved_ = order_->applied().sequence();
    return absl::OkStatus();
  }
  absl::Status Submit(v1::Command, Done, const Traceparent&) override {
    return absl::UnimplementedError("a replay");
  }
  absl::StatusOr<std::optional<Round>> Take(size_t) override {
    {
      MutexLock lock(mutex_);
      while (held_ && !closed_) changed_.Wait(mutex_);
    }
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
  bool held_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Proposals of two proposers, with copies, appends that are refused, duplicates and cursors.
inline std::vector<Message> RandomMessages(uint32_t seed, int count) {
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

// A node, and what it has of the stream.
struct ReplayingNode {
  TempDirectory directory;
  LiteralRules rules;
  std::unique_ptr<ReplayedStream> stream;
  std::unique_ptr<Log> log;

  // `messages` must outlive it. With `held` it takes none until stream->Release().
  absl::Status Open(const std::vector<Message>& messages, size_t a_round,
                    rocksdb::Env* env = nullptr, bool held = false) {
    log.reset();
    rules = LiteralRules();
    stream = std::make_unique<ReplayedStream>(messages, a_round, held);
    LogOptions options;
    options.directory = directory.path() / "data";
    options.shared = stream.get();
    options.env = env;
    auto opened = Log::Open(options, rules);
    if (!opened.ok()) return opened.status();
    log = *std::move(opened);
    return absl::OkStatus();
  }
  void WaitFor(uint64_t sequence) {
    while (log->applied_sequence() < sequence && log->health().ok()) std::this_thread::yield();
  }
  // Every event as its bytes, and the named cursors.
  std::string Answers() const {
    std::string answers;
    for (const auto& event : ReadAll(*log)) answers += event.SerializeAsString();
    const auto cursors = log->ListCursors("", 1000);
    EXPECT_TRUE(cursors.ok()) << cursors.status();
    if (!cursors.ok()) return answers;
    for (const NamedCursor& cursor : *cursors) {
      answers += fmt::format("{} {} {};", cursor.name, cursor.position,
                             absl::ToUnixSeconds(cursor.commit_time));
    }
    return answers;
  }
  // These and the digests that were kept.
  std::string Content() const {
    std::string content = Answers();
    for (Position p = 0; p <= log->reader().head(); p += RunningDigest::kInterval) {
      const auto kept = log->KeptDigest(p);
      EXPECT_TRUE(kept.ok());
      if (kept.ok() && kept->has_value()) content += (*kept)->SerializeAsString();
    }
    return content;
  }
};

}  // namespace chipline::storage::testing

#endif  // CHIPLINE_TESTS_STORAGE_REPLAYED_STREAM_H_
