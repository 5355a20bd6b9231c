#ifndef CHIPLINE_TESTS_JETSTREAM_STREAM_NODE_H_
#define CHIPLINE_TESTS_JETSTREAM_STREAM_NODE_H_

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/jetstream/cluster_watch.h"
#include "storage/jetstream/genesis.h"
#include "storage/jetstream/hole_gate.h"
#include "storage/jetstream/patience.h"
#include "storage/jetstream/sequencer.h"
#include "storage/status_macros.h"
#include "tests/jetstream/nats_cluster.h"
#include "tests/jetstream/publishing.h"
#include "tests/storage/open_log.h"

// Nodes of a real stream in this process, and the operator who spoils it.
namespace chipline::jetstream {

inline constexpr char kTestFold[] = "test";
// A subject by which a message comes into the stream and can be purged alone.
inline constexpr char kExtra[] = "chipline.extra";

inline std::string HelloBytes(const std::string& nonce) {
  storage::v1::StreamMessage message;
  message.mutable_hello()->set_nonce(nonce);
  return message.SerializeAsString();
}

// An operator who may do everything.
class Admin {
 public:
  explicit Admin(const NatsCluster& cluster) : connection_(cluster.Connect("admin")) {}

  void MakeStream() {
    storage::v1::Genesis genesis;
    genesis.set_log_id("0123456789abcdef0123456789abcdef");
    genesis.set_epoch(1);
    genesis.set_rules_version(1);
    genesis.set_fold_key_version(kTestFold);
    const absl::Status made = CreateLogStream(*connection_, kStream, 1, genesis);
    ASSERT_TRUE(made.ok()) << made;
  }
  // Stores `count` messages that Purge takes away again.
  uint64_t Store(int count) {
    SetSubjects(fmt::format(R"(["chipline.commands","{}"])", kExtra));
    const auto publisher = Publisher::Open(*connection_, kStream, kExtra);
    EXPECT_TRUE(publisher.ok()) << publisher.status();
    Acks acks;
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE((*publisher)->Publish(HelloBytes("extra"), acks.Add()).ok());
    }
    const uint64_t last = acks.WaitFor(static_cast<size_t>(count)).back().sequence;
    return last;
  }
  // The stream is then set up as before, with a hole.
  void Purge() {
    Ask("STREAM.PURGE", fmt::format(R"({{"filter":"{}"}})", kExtra));
    SetSubjects(R"(["chipline.commands"])");
  }
  // Behind a hole there is a message.
  Hole MakeHole(int count) {
    const uint64_t last = Store(count);
    Purge();
    Publish(HelloBytes("behind"));
    return {last - static_cast<uint64_t>(count) + 1, last};
  }
  void Publish(const std::string& bytes) { PublishAll(*connection_, {bytes}); }
  uint64_t last_sequence() const {
    const auto info = UntilAvailable([&] { return Stream(*connection_, kStream).Info(); });
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? info->last_sequence : 0;
  }

 private:
  std::string Ask(const std::string& call, const std::string& body) {
    const auto answer = UntilAvailable([&] {
      return connection_->Request(fmt::format("$JS.API.{}.{}", call, kStream), body,
                                  absl::Seconds(2));
    });
    EXPECT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->find("\"error\""), std::string::npos) << *answer;
    return *answer;
  }
  void SetSubjects(const std::string& subjects) {
    const std::string info = Ask("STREAM.INFO", "");
    const size_t begin = info.find('{', info.find("\"config\""));
    size_t end = begin;
    for (int open = 0; end < info.size(); ++end) {
      if (info[end] == '{') ++open;
      if (info[end] == '}' && --open == 0) break;
    }
    std::string config = info.substr(begin, end + 1 - begin);
    const size_t list = config.find('[', config.find("\"subjects\""));
    config.replace(list, config.find(']', list) + 1 - list, subjects);
    Ask("STREAM.UPDATE", config);
  }

  std::unique_ptr<Connection> connection_;
};

// Up to two minutes.
template <typename Condition>
void Until(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition() && std::chrono::steady_clock::now() < end) WaitForServers();
  EXPECT_TRUE(condition());
}

// A node as a server has one: the stream, a log and the watch over the others.
class Node {
 public:
  Node(const NatsCluster& cluster, std::string name) : cluster_(cluster), name_(std::move(name)) {}
  ~Node() { Stop(); }

  void Start(const HoleTimes& times) {
    const absl::Status started = TryStart(times);
    ASSERT_TRUE(started.ok()) << started;
  }
  absl::Status TryStart(const HoleTimes& times) {
    SequencerOptions options;
    for (const std::string& url : cluster_.urls) {
      options.address.hosts.push_back(url.substr(url.rfind('/') + 1));
    }
    options.address.stream = kStream;
    options.connection = cluster_.OptionsFor("node");
    options.node = name_;
    options.fold_key_version = kTestFold;
    options.replicas = 1;
    auto sequencer = JetStreamSequencer::Open(options);
    RETURN_IF_ERROR(sequencer.status());
    sequencer_ = *std::move(sequencer);
    rules_ = storage::testing::LiteralRules();
    storage::LogOptions log_options;
    log_options.directory = directory_.path() / "data";
    log_options.shared = sequencer_.get();
    auto log = storage::Log::Open(log_options, rules_);
    RETURN_IF_ERROR(log.status());
    log_ = *std::move(log);
    auto watch = ClusterWatch::Start({sequencer_->connection(), sequencer_->stream(), *log_, clock_,
                                      name_, "test", [this] { return sequencer_->stalled(); },
                                      sequencer_->holes(), times});
    RETURN_IF_ERROR(watch.status());
    watch_ = *std::move(watch);
    return absl::OkStatus();
  }
  void Stop() {
    watch_.reset();
    log_.reset();
    sequencer_.reset();
  }

  storage::Log& log() { return *log_; }
  ClusterState state() const { return watch_->state(); }
  // What it says of itself.
  std::string problem() const { return state().self.report.problem(); }
  size_t others() const { return state().others.size(); }
  std::vector<Hole> passed() const { return sequencer_->holes().passed(); }
  void WaitFor(uint64_t sequence) {
    Until([&] { return log_->applied_sequence() >= sequence || !log_->health().ok(); });
    EXPECT_TRUE(log_->health().ok()) << log_->health();
  }
  void WaitForProblem(const std::string& words) {
    Until([&] { return problem().find(words) != std::string::npos; });
    EXPECT_THAT(problem(), ::testing::HasSubstr(words));
  }
  // Until it has judged so often again.
  void WaitForLooks(int count) {
    const absl::Time until = state().self.heard + absl::Seconds(count);
    Until([&] { return state().self.heard >= until; });
  }
  void WaitForHalt() {
    Until([&] { return !log_->health().ok(); });
    EXPECT_THAT(std::string(log_->health().message()), ::testing::HasSubstr("HOLE_CONTRADICTED"));
    EXPECT_TRUE(log_->halted());
  }
  void Append(const std::string& id) {
    const auto outcome = storage::testing::Append(*log_, {storage::testing::Sealed(id, "s.x")});
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  }
  std::string Content() const {
    std::string content;
    for (const auto& event : storage::testing::ReadAll(*log_)) content += event.SerializeAsString();
    return content;
  }

 private:
  const NatsCluster& cluster_;
  const std::string name_;
  const storage::testing::TempDirectory directory_;
  const SystemClock clock_;
  storage::testing::LiteralRules rules_;
  std::unique_ptr<JetStreamSequencer> sequencer_;
  std::unique_ptr<storage::Log> log_;
  std::unique_ptr<ClusterWatch> watch_;
};

}  // namespace chipline::jetstream

#endif  // CHIPLINE_TESTS_JETSTREAM_STREAM_NODE_H_
