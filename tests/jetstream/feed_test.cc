#include "storage/jetstream/feed.h"

#include <algorithm>
#include <thread>

#include "gtest/gtest.h"

#include "storage/error.h"
#include "storage/jetstream/publisher.h"
#include "storage/jetstream/stream.h"
#include "tests/jetstream/nats_cluster.h"
#include "tests/jetstream/publishing.h"

namespace chipline::jetstream {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kManyBytes = 1 << 20;

std::string Numbered(uint64_t sequence) { return "message " + std::to_string(sequence); }

std::vector<std::string> NumberedFrom(uint64_t first, uint64_t count) {
  std::vector<std::string> messages;
  for (uint64_t i = 0; i < count; ++i) messages.push_back(Numbered(first + i));
  return messages;
}

void MakeStream(const NatsCluster& cluster, int replicas) {
  const auto admin = cluster.Connect("admin");
  StreamConfig config;
  config.replicas = replicas;
  const auto made = UntilAvailable([&] { return Stream(*admin, kStream).Create(config); });
  ASSERT_TRUE(made.ok()) << made.status();
}

std::unique_ptr<Feed> OpenFeed(Connection& connection, uint64_t from,
                               const FeedOptions& options = {}) {
  auto feed = UntilAvailable([&] { return Feed::Open(connection, kStream, from, options); });
  EXPECT_TRUE(feed.ok()) << feed.status();
  return *std::move(feed);
}

// Takes up to and with `last` and checks that each is the one after the one before.
void ExpectNumbered(Feed& feed, uint64_t first, uint64_t last) {
  for (uint64_t next = first; next <= last;) {
    const auto batch = feed.Take(kManyBytes, absl::Seconds(60));
    ASSERT_TRUE(batch.ok()) << batch.status();
    ASSERT_FALSE(batch->gap) << batch->gap->expected << " " << batch->gap->got;
    ASSERT_FALSE(batch->messages.empty()) << "nothing after " << next - 1 << "; " << feed.stalled();
    for (const FeedMessage& message : batch->messages) {
      ASSERT_EQ(message.sequence, next);
      ASSERT_EQ(message.bytes, Numbered(next));
      ++next;
    }
  }
}

// The name of the feed's consumer, the only one there is.
std::string ConsumerName(Connection& admin) {
  const auto names = UntilAvailable(
      [&] { return admin.Request("$JS.API.CONSUMER.NAMES.chipline", "", absl::Seconds(2)); });
  EXPECT_TRUE(names.ok()) << names.status();
  const size_t at = names.ok() ? names->rfind("feed-") : std::string::npos;
  EXPECT_NE(at, std::string::npos);
  return at == std::string::npos ? "" : names->substr(at, names->find('"', at) - at);
}

void DeleteConsumer(Connection& admin) {
  const std::string subject = "$JS.API.CONSUMER.DELETE.chipline." + ConsumerName(admin);
  const auto deleted = UntilAvailable([&] { return admin.Request(subject, "", absl::Seconds(2)); });
  EXPECT_TRUE(deleted.ok()) << deleted.status();
}

TEST(FeedTest, DeliversFromASequenceOnInOrder) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  PublishAll(*node, NumberedFrom(1, 5000));
  const auto feed = OpenFeed(*node, 17);
  ExpectNumbered(*feed, 17, 5000);
  const auto nothing = feed->Take(kManyBytes, absl::Milliseconds(1));
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->messages.empty());
  PublishAll(*node, NumberedFrom(5001, 10));
  ExpectNumbered(*feed, 5001, 5010);
  EXPECT_EQ(feed->consumers_made(), 1u);
  EXPECT_TRUE(feed->stalled().ok());
}

TEST(FeedTest, TakesAtLeastOneAndNoMoreThanAskedFor) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  PublishAll(*node, {"123456", "78", "9"});
  const auto feed = OpenFeed(*node, 1);
  uint64_t taken = 0;
  while (taken < 3) {
    const auto batch = feed->Take(3, absl::Seconds(60));
    ASSERT_TRUE(batch.ok());
    size_t bytes = 0;
    for (const FeedMessage& message : batch->messages) bytes += message.bytes.size();
    EXPECT_TRUE(batch->messages.size() == 1 || bytes <= 3);
    EXPECT_GT(batch->messages[0].time, absl::UnixEpoch());
    taken += batch->messages.size();
  }
}

TEST(FeedTest, ASlowReaderBoundsTheQueueAndLosesNothing) {
  START_CLUSTER(cluster, .servers = 1, .suite = "", .settings = {"max_payload=64KB"});
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const std::string large(60'000, 'x');
  PublishAll(*node, std::vector<std::string>(200, large));
  FeedOptions options;
  options.max_queued_bytes = 300'000;
  options.batch = 7;
  const auto feed = OpenFeed(*node, 1, options);
  for (uint64_t next = 1; next <= 200;) {
    const auto batch = feed->Take(1, absl::Seconds(60));
    ASSERT_TRUE(batch.ok());
    ASSERT_EQ(batch->messages.size(), 1u);
    ASSERT_EQ(batch->messages[0].sequence, next);
    ASSERT_EQ(batch->messages[0].bytes, large);
    ++next;
  }
  EXPECT_EQ(feed->consumers_made(), 1u);
}

TEST(FeedTest, ALoneMessageComesAtOnce) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const auto feed = OpenFeed(*node, 1);
  const auto publisher = Publisher::Open(*node, kStream, CommandSubject(kStream));
  ASSERT_TRUE(publisher.ok());
  // How long after its acknowledgement each was there; below zero if it was there before.
  std::vector<int64_t> after_ack, in_all;
  for (uint64_t i = 1; i <= 300; ++i) {
    Acks acks;
    SteadyClock::time_point acked;
    const auto published = SteadyClock::now();
    ASSERT_TRUE((*publisher)
                    ->Publish(Numbered(i),
                              [&, on_ack = acks.Add()](Publisher::Ack ack) {
                                acked = SteadyClock::now();
                                on_ack(std::move(ack));
                              })
                    .ok());
    ExpectNumbered(*feed, i, i);
    const auto delivered = SteadyClock::now();
    ASSERT_TRUE(acks.WaitFor(1)[0].status.ok());
    after_ack.push_back((delivered - acked) / std::chrono::microseconds(1));
    in_all.push_back((delivered - published) / std::chrono::microseconds(1));
  }
  std::sort(after_ack.begin(), after_ack.end());
  std::sort(in_all.begin(), in_all.end());
  std::printf(
      "a lone message, one server: delivered p50 %ld us after its ack (p99 %ld), p50 %ld us after "
      "publishing\n",
      static_cast<long>(after_ack[150]), static_cast<long>(after_ack[297]),
      static_cast<long>(in_all[150]));
  // It waits for no full batch and for no timeout; the bound is far above what is measured.
  EXPECT_LT(after_ack[150], 100'000);
}

TEST(FeedTest, ADeletedConsumerIsMadeAgain) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const auto admin = cluster.Connect("admin");
  const auto feed = OpenFeed(*node, 1);
  for (uint64_t round = 0; round < 5; ++round) {
    PublishAll(*node, NumberedFrom(1 + round * 100, 100));
    ExpectNumbered(*feed, 1 + round * 100, 100 + round * 100);
    DeleteConsumer(*admin);
  }
  PublishAll(*node, NumberedFrom(501, 10));
  ExpectNumbered(*feed, 501, 510);
  EXPECT_GE(feed->consumers_made(), 6u);
}

// A message that the consumer has sent and that never came, as when a connection or a route breaks:
// here somebody else gets it. It is in the stream, so it is no hole.
TEST(FeedTest, AMessageThatIsLostOnItsWayIsAskedForAgain) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const auto admin = cluster.Connect("admin");
  FeedOptions options;
  options.heartbeat = absl::Milliseconds(100);
  const auto feed = OpenFeed(*node, 1, options);
  uint64_t next = 1;
  // With others behind it, and as the last one, when only the heartbeat tells.
  for (const uint64_t count : {uint64_t{10}, uint64_t{2}, uint64_t{1}}) {
    const std::string inbox = Connection::NewInbox();
    Acks stolen;
    const auto thief = admin->Subscribe(inbox, [on_ack = stolen.Add()](const Delivery& delivery) {
      if (delivery.status().empty()) on_ack({});
    });
    ASSERT_TRUE(thief.ok());
    const std::string subject = "$JS.API.CONSUMER.MSG.NEXT.chipline." + ConsumerName(*admin);
    ASSERT_TRUE(admin->Publish(subject, inbox, R"({"batch":1})").ok());
    const uint64_t made = feed->consumers_made();
    // Servers take turns with those that wait, so that it gets one of two. Its request has come
    // before those of the other connection once this one is answered.
    ASSERT_TRUE(admin->Request("$JS.API.INFO", "", absl::Seconds(10)).ok());
    uint64_t published = 0;
    while (published < count || feed->consumers_made() == made) {
      PublishAll(*node, NumberedFrom(next + published, count));
      published += count;
      ASSERT_NO_FATAL_FAILURE(
          ExpectNumbered(*feed, next + published - count, next + published - 1));
    }
    stolen.WaitFor(1);
    next += published;
  }
}

// 10,000 messages while the consumer is deleted, servers are killed and stopped.
TEST(FeedTest, NothingIsSkippedOrRepeatedThroughTheLeadersDeath) {
  START_CLUSTER(cluster, .servers = 3);
  MakeStream(cluster, 3);
  const auto publishing = cluster.Connect("node");
  const auto reading = cluster.Connect("node");
  const auto admin = cluster.Connect("admin");
  const auto feed = OpenFeed(*reading, 1);
  const Stream stream(*admin, kStream, absl::Seconds(2));

  constexpr uint64_t kMessages = 10'000;
  std::thread publisher_thread([&] {
    const auto publisher = Publisher::Open(*publishing, kStream, CommandSubject(kStream),
                                           {.ack_timeout = absl::Seconds(1)});
    ASSERT_TRUE(publisher.ok());
    for (uint64_t sent = 0; sent < kMessages;) {
      constexpr uint64_t kWindow = 100;
      Acks acks;
      uint64_t taken = 0;
      for (uint64_t i = 0; i < kWindow; ++i) {
        if ((*publisher)->Publish("m", acks.Add()).ok()) ++taken;
      }
      for (const Publisher::Ack& ack : acks.WaitFor(taken)) sent += ack.status.ok() ? 1 : 0;
    }
  });

  // What the feed gave, and so what the stream must hold.
  uint64_t last = 0;
  bool killed = false, deleted = false;
  while (last < kMessages) {
    const auto batch = feed->Take(4096, absl::Seconds(60));
    ASSERT_TRUE(batch.ok()) << batch.status();
    ASSERT_FALSE(batch->gap) << batch->gap->expected << " " << batch->gap->got;
    for (const FeedMessage& message : batch->messages) {
      ASSERT_EQ(message.sequence, last + 1);
      last = message.sequence;
    }
    if (!deleted && last > 2000) {
      deleted = true;
      DeleteConsumer(*admin);
    }
    if (!killed && last > 5000) {
      killed = true;
      const auto info = UntilAvailable([&] { return stream.Info(); });
      ASSERT_TRUE(info.ok()) << info.status();
      cluster.Do("kill " + std::to_string(cluster.IndexOf(info->leader)));
    }
  }
  publisher_thread.join();
  EXPECT_GE(feed->consumers_made(), 2u);
  std::printf("%lu consumers for %lu messages\n",
              static_cast<unsigned long>(feed->consumers_made()), static_cast<unsigned long>(last));
}

TEST(FeedTest, GoesOnWhenItsServerIsBack) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const auto feed = OpenFeed(*node, 1);
  PublishAll(*node, NumberedFrom(1, 100));
  ExpectNumbered(*feed, 1, 100);
  cluster.Do("kill 0");
  cluster.Do("start 0");
  // Of a connection of its own, which is made once the server is there.
  absl::StatusOr<std::unique_ptr<Connection>> later = absl::UnavailableError("");
  while (!later.ok()) later = Connection::Open(cluster.OptionsFor("node"));
  while (!Stream(**later, kStream).Info().ok()) {
  }
  PublishAll(**later, NumberedFrom(101, 100));
  ExpectNumbered(*feed, 101, 200);
}

TEST(FeedTest, AServerThatIsStoppedIsNoticedByItsSilence) {
  START_CLUSTER(cluster, .servers = 3);
  MakeStream(cluster, 3);
  const auto admin = cluster.Connect("admin");
  const auto info = UntilAvailable([&] { return Stream(*admin, kStream).Info(); });
  ASSERT_TRUE(info.ok());
  // Connected to a follower, which stays.
  const int leader = cluster.IndexOf(info->leader);
  ConnectionOptions options = cluster.OptionsFor("node");
  options.urls = {cluster.urls[static_cast<size_t>((leader + 1) % 3)]};
  const auto node = Connection::Open(options);
  ASSERT_TRUE(node.ok());
  FeedOptions feed_options;
  feed_options.heartbeat = absl::Milliseconds(200);
  const auto feed = OpenFeed(**node, 1, feed_options);
  PublishAll(**node, NumberedFrom(1, 100));
  ExpectNumbered(*feed, 1, 100);
  // Wherever the consumer is: both servers but the one of the connection stop in turn.
  uint64_t last = 100;
  for (int stopped : {leader, (leader + 2) % 3}) {
    cluster.Do("pause " + std::to_string(stopped));
    const uint64_t stored = PublishUntilStored(**node, "m");
    while (last < stored) {
      const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
      ASSERT_TRUE(batch.ok()) << batch.status();
      ASSERT_FALSE(batch->gap);
      ASSERT_FALSE(batch->messages.empty()) << feed->stalled();
      for (const FeedMessage& message : batch->messages) ASSERT_EQ(message.sequence, ++last);
    }
    cluster.Do("resume " + std::to_string(stopped));
  }
}

TEST(FeedTest, AHoleIsReportedAndPassedOnlyOnDemand) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  StreamConfig config;
  config.replicas = 1;
  // As no log may have it, so that a message can be deleted.
  config.deny_delete = false;
  ASSERT_TRUE(Stream(*admin, kStream).Create(config).ok());
  PublishAll(*admin, NumberedFrom(1, 10));
  for (int sequence : {4, 5, 9}) {
    ASSERT_TRUE(admin
                    ->Request("$JS.API.STREAM.MSG.DELETE.chipline",
                              "{\"seq\":" + std::to_string(sequence) + "}", absl::Seconds(10))
                    .ok());
  }
  const auto feed = OpenFeed(*admin, 1);
  ExpectNumbered(*feed, 1, 3);
  // It stands there, whoever asks and how often.
  for (int i = 0; i < 3; ++i) {
    const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
    ASSERT_TRUE(batch.ok());
    ASSERT_TRUE(batch->messages.empty());
    ASSERT_TRUE(batch->gap);
    EXPECT_EQ(batch->gap->kind, FeedGap::Kind::kHole);
    EXPECT_EQ(batch->gap->expected, 4u);
    EXPECT_EQ(batch->gap->got, 6u);
  }
  // New consumers see it again.
  const uint64_t made = feed->consumers_made();
  feed->LookAgain();
  const auto again = feed->Take(kManyBytes, absl::Seconds(60));
  ASSERT_TRUE(again.ok() && again->gap);
  EXPECT_EQ(again->gap->expected, 4u);
  EXPECT_GT(feed->consumers_made(), made);
  ASSERT_TRUE(feed->PassHole().ok());
  EXPECT_EQ(feed->PassHole().code(), absl::StatusCode::kFailedPrecondition);
  ExpectNumbered(*feed, 6, 8);
  const auto second = feed->Take(kManyBytes, absl::Seconds(60));
  ASSERT_TRUE(second.ok() && second->gap);
  EXPECT_EQ(second->gap->expected, 9u);
  EXPECT_EQ(second->gap->got, 10u);
  ASSERT_TRUE(feed->PassHole().ok());
  ExpectNumbered(*feed, 10, 10);
}

TEST(FeedTest, AStreamThatBeginsLaterIsReported) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto admin = cluster.Connect("admin");
  PublishAll(*admin, NumberedFrom(1, 10));
  ASSERT_TRUE(Stream(*admin, kStream).PurgeBelow(8).ok());
  const auto feed = OpenFeed(*admin, 3);
  const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
  ASSERT_TRUE(batch.ok() && batch->gap);
  EXPECT_EQ(batch->gap->kind, FeedGap::Kind::kTrimmed);
  EXPECT_EQ(batch->gap->expected, 3u);
  EXPECT_EQ(batch->gap->got, 8u);
  EXPECT_EQ(feed->PassHole().code(), absl::StatusCode::kFailedPrecondition);

  // From its beginning on there is nothing to report.
  const auto other = OpenFeed(*admin, 8);
  ExpectNumbered(*other, 8, 10);
  // Not even if it is empty now.
  ASSERT_TRUE(Stream(*admin, kStream).PurgeBelow(11).ok());
  const auto last = OpenFeed(*admin, 11);
  const auto nothing = last->Take(kManyBytes, absl::Milliseconds(1));
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->gap);
}

TEST(FeedTest, AnotherStreamOfTheSameNameIsAnError) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto admin = cluster.Connect("admin");
  PublishAll(*admin, NumberedFrom(1, 10));
  const auto feed = OpenFeed(*admin, 1);
  ExpectNumbered(*feed, 1, 10);
  ASSERT_TRUE(admin->Request("$JS.API.STREAM.DELETE.chipline", "", absl::Seconds(10)).ok());
  MakeStream(cluster, 1);
  PublishAll(*admin, NumberedFrom(1, 20));
  const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
  EXPECT_EQ(batch.status().code(), absl::StatusCode::kDataLoss) << batch.status();
  EXPECT_EQ(feed->stalled().code(), absl::StatusCode::kDataLoss);
}

// What the feed says of a stream that was put back to message 5, after it has taken 10 from it, and
// to which `then` was published.
absl::Status TakeAfterPuttingBack(NatsCluster& cluster, const FeedOptions& options,
                                  const std::vector<std::string>& then) {
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  PublishAll(*node, NumberedFrom(1, 5));
  cluster.KeepState();
  PublishAll(*cluster.Connect("node"), NumberedFrom(6, 5));
  const auto feed = OpenFeed(*node, 1, options);
  ExpectNumbered(*feed, 1, 10);
  cluster.PutBackState();
  PublishAll(*cluster.Connect("node"), then);
  const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
  if (!batch.ok()) return batch.status();
  EXPECT_FALSE(batch->gap);
  // Nothing comes twice.
  if (batch->messages.size() != 1) return absl::InternalError("not the one that is new");
  EXPECT_EQ(batch->messages[0].sequence, 11u);
  return absl::OkStatus();
}

TEST(FeedTest, AStreamThatWasPutBackAndHasOtherMessagesIsNoticed) {
  START_CLUSTER(cluster, .servers = 1);
  const absl::Status status =
      TakeAfterPuttingBack(cluster, {}, {"other", "other", "other", "other", "other", "other"});
  EXPECT_EQ(ReasonOf(status), "STREAM_REWRITTEN") << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status.message().find("message 10 "), absl::string_view::npos) << status;
}

TEST(FeedTest, AStreamThatWasPutBackAndStaysShorterIsNoticed) {
  START_CLUSTER(cluster, .servers = 1);
  FeedOptions options;
  options.behind_for = absl::Seconds(1);
  const absl::Status status = TakeAfterPuttingBack(cluster, options, {"other"});
  EXPECT_EQ(ReasonOf(status), "STREAM_REWRITTEN") << status;
  EXPECT_NE(status.message().find("ends at message "), absl::string_view::npos) << status;
}

TEST(FeedTest, AStreamThatCatchesUpWithTheSameIsWaitedFor) {
  START_CLUSTER(cluster, .servers = 1);
  const absl::Status status = TakeAfterPuttingBack(cluster, {}, NumberedFrom(6, 6));
  EXPECT_TRUE(status.ok()) << status;
}

TEST(FeedTest, ALastMessageThatIsGoneIsAHole) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  StreamConfig config;
  config.replicas = 1;
  config.deny_delete = false;
  ASSERT_TRUE(Stream(*admin, kStream).Create(config).ok());
  PublishAll(*admin, NumberedFrom(1, 10));
  const auto feed = OpenFeed(*admin, 1);
  ExpectNumbered(*feed, 1, 10);
  ASSERT_TRUE(
      admin->Request("$JS.API.STREAM.MSG.DELETE.chipline", R"({"seq":10})", absl::Seconds(10))
          .ok());
  DeleteConsumer(*admin);
  PublishAll(*admin, NumberedFrom(11, 1));
  const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_TRUE(batch->gap);
  EXPECT_EQ(batch->gap->expected, 10u);
  EXPECT_EQ(batch->gap->got, 11u);
}

TEST(FeedTest, AStreamThatStaysAwayIsAnError) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto admin = cluster.Connect("admin");
  FeedOptions options;
  options.missing_for = absl::Milliseconds(200);
  const auto feed = OpenFeed(*admin, 1, options);
  ASSERT_TRUE(admin->Request("$JS.API.STREAM.DELETE.chipline", "", absl::Seconds(10)).ok());
  EXPECT_EQ(feed->Take(kManyBytes, absl::Seconds(60)).status().code(), absl::StatusCode::kDataLoss);
}

// Servers that all start again may not know their streams for a while; the feed waits for that.
TEST(FeedTest, GoesOnWhenTheWholeClusterIsBack) {
  START_CLUSTER(cluster, .servers = 3);
  MakeStream(cluster, 3);
  const auto node = cluster.Connect("node");
  const auto feed = OpenFeed(*node, 1);
  PublishAll(*node, NumberedFrom(1, 100));
  ExpectNumbered(*feed, 1, 100);
  for (const char* what : {"kill", "start"}) {
    for (const char* server : {" 0", " 1", " 2"}) cluster.Do(std::string(what) + server);
  }
  const uint64_t stored = PublishUntilStored(*node, "m");
  for (uint64_t last = 100; last < stored;) {
    const auto batch = feed->Take(kManyBytes, absl::Seconds(60));
    ASSERT_TRUE(batch.ok()) << batch.status();
    ASSERT_FALSE(batch->gap);
    ASSERT_FALSE(batch->messages.empty()) << feed->stalled();
    for (const FeedMessage& message : batch->messages) ASSERT_EQ(message.sequence, ++last);
  }
}

TEST(FeedTest, OpeningSaysThatThereIsNoStream) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  EXPECT_EQ(Feed::Open(*node, kStream, 1).status().code(), absl::StatusCode::kNotFound);
}

TEST(FeedTest, ClosingEndsAWait) {
  START_CLUSTER(cluster, .servers = 1);
  MakeStream(cluster, 1);
  const auto node = cluster.Connect("node");
  const auto feed = OpenFeed(*node, 1);
  std::thread closing([&] { feed->Close(); });
  const auto batch = feed->Take(kManyBytes, absl::InfiniteDuration());
  EXPECT_EQ(batch.status().code(), absl::StatusCode::kCancelled);
  closing.join();
}

}  // namespace
}  // namespace chipline::jetstream
