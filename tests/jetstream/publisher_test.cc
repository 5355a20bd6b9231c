#include "storage/jetstream/publisher.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "storage/jetstream/api_error.h"
#include "storage/jetstream/stream.h"
#include "tests/jetstream/nats_cluster.h"
#include "tests/jetstream/publishing.h"

namespace chipline::jetstream {
namespace {

std::unique_ptr<Publisher> OpenPublisher(Connection& connection, absl::Duration ack_timeout) {
  auto publisher = Publisher::Open(connection, kStream, CommandSubject(kStream),
                                   {.ack_timeout = ack_timeout, .max_bytes_in_flight = 1 << 20});
  EXPECT_TRUE(publisher.ok()) << publisher.status();
  return *std::move(publisher);
}

StreamConfig Replicas(int replicas) {
  StreamConfig config;
  config.replicas = replicas;
  return config;
}

TEST(PublisherTest, KeepsTheOrderOfOneThread) {
  START_CLUSTER(cluster, .servers = 1);
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(Replicas(1)).ok());
  const auto node = cluster.Connect("node");
  std::vector<std::string> messages;
  for (int i = 0; i < 2000; ++i) messages.push_back(std::to_string(i));
  const std::vector<uint64_t> sequences = PublishAll(*node, messages);
  ASSERT_EQ(sequences.size(), messages.size());
  for (size_t i = 0; i < sequences.size(); ++i) ASSERT_EQ(sequences[i], i + 1);
  const Stream stream(*node, kStream);
  for (size_t i : {size_t{0}, size_t{999}, size_t{1999}}) {
    EXPECT_EQ(stream.Get(i + 1)->bytes, messages[i]);
  }
}

TEST(PublisherTest, AFullStreamIsExhausted) {
  START_CLUSTER(cluster, .servers = 1);
  StreamConfig config = Replicas(1);
  config.max_bytes = 4096;
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(config).ok());
  const auto node = cluster.Connect("node");
  const auto publisher = OpenPublisher(*node, absl::Seconds(20));
  Acks acks;
  const std::string bytes(1500, 'x');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(publisher->Publish(bytes, acks.Add()).ok());
  const auto all = acks.WaitFor(4);
  EXPECT_TRUE(all[0].status.ok()) << all[0].status;
  EXPECT_TRUE(all[1].status.ok()) << all[1].status;
  EXPECT_EQ(all[3].status.code(), absl::StatusCode::kResourceExhausted) << all[3].status;
  EXPECT_EQ(ErrCodeOf(all[3].status), err_code::kStoreFailed);
  EXPECT_EQ(publisher->bytes_in_flight(), 0u);
}

TEST(PublisherTest, AFullAccountIsExhausted) {
  START_CLUSTER(cluster, .servers = 1, .suite = "", .settings = {"account_max_file=8192"});
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(Replicas(1)).ok());
  const auto node = cluster.Connect("node");
  const auto publisher = OpenPublisher(*node, absl::Seconds(20));
  const std::string bytes(3000, 'x');
  for (int i = 0; i < 4; ++i) {
    Acks acks;
    ASSERT_TRUE(publisher->Publish(bytes, acks.Add()).ok());
    const Publisher::Ack ack = acks.WaitFor(1)[0];
    if (i < 2) {
      EXPECT_TRUE(ack.status.ok()) << ack.status;
    }
    if (i == 3) {
      EXPECT_EQ(ack.status.code(), absl::StatusCode::kResourceExhausted) << ack.status;
    }
  }
}

TEST(PublisherTest, WithoutAStreamItIsUnavailableAtOnce) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  // Longer than the test may take: it is told that nobody listens.
  const auto publisher = OpenPublisher(*node, absl::Hours(1));
  Acks acks;
  ASSERT_TRUE(publisher->Publish("x", acks.Add()).ok());
  EXPECT_EQ(acks.WaitFor(1)[0].status.code(), absl::StatusCode::kUnavailable);
}

TEST(PublisherTest, WithoutAnAnswerItIsUnavailableInTime) {
  START_CLUSTER(cluster, .servers = 1);
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(Replicas(1)).ok());
  const auto node = cluster.Connect("node");
  const auto publisher = OpenPublisher(*node, absl::Milliseconds(200));
  cluster.Do("pause 0");
  Acks acks;
  ASSERT_TRUE(publisher->Publish("1", acks.Add()).ok());
  ASSERT_TRUE(publisher->Publish("2", acks.Add()).ok());
  EXPECT_EQ(publisher->bytes_in_flight(), 2u);
  for (const Publisher::Ack& ack : acks.WaitFor(2)) {
    EXPECT_EQ(ack.status.code(), absl::StatusCode::kUnavailable) << ack.status;
  }
  EXPECT_EQ(publisher->bytes_in_flight(), 0u);
  cluster.Do("resume 0");
  // They were stored all the same: unknown is not refused.
  EXPECT_GE(PublishUntilStored(*node, "3"), 3u);
}

TEST(PublisherTest, ALostConnectionAnswersWhateverWaits) {
  START_CLUSTER(cluster, .servers = 1);
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(Replicas(1)).ok());
  const auto node = cluster.Connect("node");
  const auto publisher = OpenPublisher(*node, absl::Hours(1));
  cluster.Do("pause 0");
  Acks acks;
  ASSERT_TRUE(publisher->Publish("1", acks.Add()).ok());
  cluster.Do("kill 0");
  EXPECT_EQ(acks.WaitFor(1)[0].status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(publisher->Publish("2", acks.Add()).code(), absl::StatusCode::kUnavailable);
}

TEST(PublisherTest, BoundsWhatIsOnItsWay) {
  START_CLUSTER(cluster, .servers = 1);
  ASSERT_TRUE(Stream(*cluster.Connect("admin"), kStream).Create(Replicas(1)).ok());
  const auto node = cluster.Connect("node");
  auto publisher = OpenPublisher(*node, absl::Hours(1));
  cluster.Do("pause 0");
  Acks acks;
  // One is always taken.
  ASSERT_TRUE(publisher->Publish(std::string((1 << 20) + 1, 'x'), acks.Add()).ok());
  const absl::Status refused = publisher->Publish("x", acks.Add());
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << refused;
  // Closing answers it.
  publisher.reset();
  EXPECT_EQ(acks.WaitFor(1)[0].status.code(), absl::StatusCode::kUnavailable);
}

TEST(PublisherTest, ASubjectThatIsNotAllowedIsDenied) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  const auto publisher =
      Publisher::Open(*node, kStream, "other.commands", {.ack_timeout = absl::Milliseconds(500)});
  ASSERT_TRUE(publisher.ok());
  Acks acks;
  ASSERT_TRUE((*publisher)->Publish("x", acks.Add()).ok());
  EXPECT_EQ(acks.WaitFor(1)[0].status.code(), absl::StatusCode::kPermissionDenied);
}

// What was acknowledged is there after the leader's death, and publishing goes on.
TEST(PublisherTest, TheLeadersDeathLosesNothingAcknowledged) {
  START_CLUSTER(cluster, .servers = 3);
  const auto admin = cluster.Connect("admin");
  const Stream stream(*admin, kStream);
  const auto made = UntilAvailable([&] { return stream.Create(Replicas(3)); });
  ASSERT_TRUE(made.ok()) << made.status();
  const auto node = cluster.Connect("node");

  constexpr int kMessages = 200;
  std::map<uint64_t, std::string> acknowledged;
  for (int i = 0; i < kMessages; ++i) {
    if (i == kMessages / 2) {
      const auto info = UntilAvailable([&] { return stream.Info(); });
      ASSERT_TRUE(info.ok()) << info.status();
      cluster.Do("kill " + std::to_string(cluster.IndexOf(info->leader)));
    }
    const std::string bytes = std::to_string(i);
    EXPECT_TRUE(acknowledged.emplace(PublishUntilStored(*node, bytes), bytes).second);
  }
  EXPECT_EQ(acknowledged.size(), size_t{kMessages});
  const Stream after(*node, kStream);
  for (const auto& [sequence, bytes] : acknowledged) {
    const auto message = UntilAvailable([&, at = sequence] { return after.Get(at); });
    ASSERT_TRUE(message.ok()) << sequence << ": " << message.status();
    ASSERT_EQ(message->bytes, bytes) << sequence;
  }
}

}  // namespace
}  // namespace chipline::jetstream
