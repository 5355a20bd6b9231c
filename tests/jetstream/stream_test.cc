#include "storage/jetstream/stream.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "storage/jetstream/api_error.h"
#include "storage/jetstream/publisher.h"
#include "tests/jetstream/nats_cluster.h"
#include "tests/jetstream/publishing.h"

namespace chipline::jetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(StreamTest, IsMadeAsALogNeedsIt) {
  START_CLUSTER(cluster, .servers = 3);
  const auto admin = cluster.Connect("admin");
  const Stream stream(*admin, kStream);
  EXPECT_EQ(UntilAvailable([&] { return stream.Info(); }).status().code(),
            absl::StatusCode::kNotFound);

  StreamConfig wanted;
  wanted.metadata = {{"log_id", "one \"log\""}, {"epoch", "1"}};
  const auto made = UntilAvailable([&] { return stream.Create(wanted); });
  ASSERT_TRUE(made.ok()) << made.status();
  // Again, the same.
  EXPECT_TRUE(stream.Create(wanted).ok());
  wanted.metadata["epoch"] = "2";
  const auto other = stream.Create(wanted);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists) << other.status();
  EXPECT_EQ(ErrCodeOf(other.status()), err_code::kStreamNameExists);

  const auto node = cluster.Connect("node");
  const auto info = UntilAvailable([&] { return Stream(*node, kStream).Info(); });
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->config.name, kStream);
  EXPECT_THAT(info->config.subjects, ElementsAre("chipline.commands"));
  EXPECT_EQ(info->config.replicas, 3);
  EXPECT_EQ(info->config.storage, "file");
  EXPECT_EQ(info->config.discard, "new");
  EXPECT_EQ(info->config.retention, "limits");
  EXPECT_EQ(info->config.max_bytes, kUnlimited);
  EXPECT_EQ(info->config.max_messages, kUnlimited);
  EXPECT_EQ(info->config.max_age, absl::ZeroDuration());
  EXPECT_TRUE(info->config.deny_delete);
  EXPECT_FALSE(info->config.deny_purge);
  EXPECT_FALSE(info->config.allow_direct);
  EXPECT_FALSE(info->config.mirrored_or_sourced);
  EXPECT_EQ(info->config.metadata.at("log_id"), "one \"log\"");
  EXPECT_EQ(info->config.metadata.at("epoch"), "1");
  EXPECT_EQ(info->created, made->created);
  EXPECT_GT(info->created, absl::UnixEpoch());
  EXPECT_EQ(info->first_sequence, 1u);
  EXPECT_EQ(info->last_sequence, 0u);
  EXPECT_GE(cluster.IndexOf(info->leader), 0);
  EXPECT_THAT(info->replicas, SizeIs(2));
  for (const Replica& replica : info->replicas) EXPECT_FALSE(replica.offline);
}

TEST(StreamTest, GetsWhatWasPublished) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  const Stream stream(*admin, kStream);
  StreamConfig wanted;
  wanted.replicas = 1;
  ASSERT_TRUE(stream.Create(wanted).ok());
  const auto node = cluster.Connect("node");
  const std::string bytes("\0\xff\n binary", 10);
  PublishAll(*node, {"first", bytes});

  const Stream read(*node, kStream);
  const auto message = read.Get(2);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(message->sequence, 2u);
  EXPECT_EQ(message->bytes, bytes);
  EXPECT_EQ(message->subject, "chipline.commands");
  EXPECT_GT(message->time, absl::UnixEpoch());
  const auto none = read.Get(3);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound) << none.status();
  EXPECT_EQ(ErrCodeOf(none.status()), err_code::kNoMessageFound);
  const auto info = read.Info();
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->messages, 2u);
  EXPECT_EQ(info->last_sequence, 2u);
  EXPECT_GT(info->bytes, 0u);
}

TEST(StreamTest, OnlyTheAdministratorTrims) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  const Stream stream(*admin, kStream);
  StreamConfig wanted;
  wanted.replicas = 1;
  ASSERT_TRUE(stream.Create(wanted).ok());
  const auto node = cluster.Connect("node");
  PublishAll(*node, {"1", "2", "3"});

  const Stream as_node(*node, kStream, absl::Seconds(1));
  EXPECT_EQ(as_node.PurgeBelow(3).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(as_node.Create(wanted).status().code(), absl::StatusCode::kPermissionDenied);
  for (const char* call : {"DELETE", "UPDATE", "MSG.DELETE", "SNAPSHOT", "LEADER.STEPDOWN"}) {
    const std::string subject = std::string("$JS.API.STREAM.") + call + ".chipline";
    EXPECT_EQ(node->Request(subject, "{}", absl::Milliseconds(300)).status().code(),
              absl::StatusCode::kPermissionDenied)
        << call;
  }
  EXPECT_EQ(stream.Info()->messages, 3u);

  const auto purged = stream.PurgeBelow(3);
  ASSERT_TRUE(purged.ok()) << purged.status();
  EXPECT_EQ(*purged, 2u);
  EXPECT_EQ(stream.Info()->first_sequence, 3u);
  // All of them: the next sequence stays.
  ASSERT_TRUE(stream.PurgeBelow(4).ok());
  EXPECT_EQ(stream.Info()->first_sequence, 4u);
  EXPECT_EQ(stream.Info()->last_sequence, 3u);
}

TEST(StreamTest, MoreReplicasThanServersAreRefused) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  const auto made = Stream(*admin, kStream).Create({});
  EXPECT_FALSE(made.ok());
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("replicas"));
}

TEST(StreamTest, WithoutAQuorumItIsUnavailable) {
  START_CLUSTER(cluster, .servers = 3);
  const auto admin = cluster.Connect("admin");
  const Stream stream(*admin, kStream, absl::Milliseconds(500));
  ASSERT_TRUE(UntilAvailable([&] { return Stream(*admin, kStream).Create({}); }).ok());
  cluster.Do("pause 0");
  cluster.Do("pause 1");
  cluster.Do("pause 2");
  EXPECT_EQ(stream.Info().status().code(), absl::StatusCode::kUnavailable);
  cluster.Do("resume 0");
  cluster.Do("resume 1");
  cluster.Do("resume 2");
}

}  // namespace
}  // namespace chipline::jetstream
