#include "storage/jetstream/servers.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "storage/jetstream/requirements.h"
#include "storage/jetstream/stream.h"
#include "tests/jetstream/nats_cluster.h"

namespace chipline::jetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(ServersTest, EveryServerOfAClusterIsAsked) {
  START_CLUSTER(cluster, .servers = 3);
  ConnectionOptions options = cluster.OptionsFor("node");
  options.urls = {cluster.urls[1]};
  const auto node = Connection::Open(options);
  ASSERT_TRUE(node.ok());
  ServersSeen seen = AskGreetings(**node, absl::Seconds(10));
  ASSERT_THAT(seen.servers, SizeIs(3));
  EXPECT_THAT(seen.silent, IsEmpty());
  for (const ServerFacts& server : seen.servers) {
    EXPECT_EQ(server.version, cluster.version);
    EXPECT_EQ(server.max_payload, 8 << 20);
    EXPECT_FALSE(server.sync_always.has_value());
  }
  EXPECT_TRUE(CheckServers(seen.servers, {}).ok());
  EXPECT_FALSE(SyncVerified(seen.servers).has_value());
  // Not verified is not enough where it is required.
  EXPECT_THAT(Message(CheckServers(seen.servers, {.synced = true})),
              HasSubstr("does not say whether it syncs"));

  // One monitor tells of one server.
  Merge(AskMonitors({cluster.monitors[0]}, absl::Seconds(10)), seen);
  EXPECT_THAT(seen.servers, SizeIs(3));
  EXPECT_FALSE(SyncVerified(seen.servers).has_value());
  Merge(AskMonitors(cluster.monitors, absl::Seconds(10)), seen);
  EXPECT_THAT(seen.servers, SizeIs(3));
  EXPECT_EQ(SyncVerified(seen.servers), true);
  EXPECT_TRUE(CheckServers(seen.servers, {.synced = true}).ok());
}

TEST(ServersTest, WhoDoesNotAnswerIsNamed) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  cluster.Do("kill 0");
  const ServersSeen seen = AskGreetings(*node, absl::Seconds(10));
  EXPECT_THAT(seen.servers, IsEmpty());
  ASSERT_THAT(seen.silent, SizeIs(1));
  EXPECT_EQ(seen.silent[0].code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Message(seen.silent[0]), HasSubstr(cluster.urls[0]));
  EXPECT_FALSE(SyncVerified(seen.servers).has_value());

  const auto monitors = AskMonitors(
      {"https://127.0.0.1:1", "http://127.0.0.1", cluster.monitors[0]}, absl::Seconds(10));
  ASSERT_THAT(monitors.silent, SizeIs(3));
  EXPECT_EQ(monitors.silent[0].code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(monitors.silent[1].code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(monitors.silent[2].code(), absl::StatusCode::kUnavailable);
}

TEST(ServersTest, AServerThatTakesConnectionsAndSaysNothingIsGivenUp) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  cluster.Do("pause 0");
  EXPECT_THAT(AskGreetings(*node, absl::Milliseconds(200)).silent, SizeIs(1));
  EXPECT_THAT(AskMonitors(cluster.monitors, absl::Milliseconds(200)).silent, SizeIs(1));
  cluster.Do("resume 0");
}

TEST(ServersTest, SettingsThatLoseDataAreRefused) {
  START_CLUSTER(cluster, .servers = 1, .suite = "",
                .settings = {"sync_interval=2m", "max_payload=1MB"});
  const auto seen = AskMonitors(cluster.monitors, absl::Seconds(10));
  ASSERT_THAT(seen.servers, SizeIs(1));
  EXPECT_EQ(SyncVerified(seen.servers), false);
  const absl::Status refused = CheckServers(seen.servers, {.synced = true});
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(refused),
              AllOf(HasSubstr("nats-server n1"), HasSubstr("max_payload is 1048576"),
                    HasSubstr("acknowledges before it syncs"), HasSubstr("sync_interval: always")));
  // Only said, where it is not required.
  EXPECT_THAT(Message(CheckServers(seen.servers, {})), Not(HasSubstr("syncs")));
}

TEST(ServersTest, Debian12sServerIsRefused) {
  START_CLUSTER(cluster, .servers = 1, .suite = "bookworm", .settings = {"sync_interval="});
  const auto node = cluster.Connect("node");
  const auto seen = AskGreetings(*node, absl::Seconds(10));
  const absl::Status refused = CheckServers(seen.servers, {});
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(refused),
              HasSubstr("nats-server n1: its version is 2.9.10 and must be 2.10.27 or later"));
}

TEST(ServersTest, VersionsAreComparedByNumber) {
  const auto refused = [](const std::string& version) {
    ServerFacts server;
    server.version = version;
    server.max_payload = 8 << 20;
    return !CheckServers({server}, {}).ok();
  };
  EXPECT_FALSE(refused("2.10.27"));
  EXPECT_FALSE(refused("2.11.0"));
  EXPECT_FALSE(refused("2.15.1-preview.1"));
  EXPECT_FALSE(refused("3.0.0"));
  EXPECT_TRUE(refused("2.10.26"));
  EXPECT_TRUE(refused("2.9.99"));
  EXPECT_TRUE(refused("1.99.99"));
  EXPECT_TRUE(refused("unknown"));
  EXPECT_TRUE(refused(""));
}

// Each setting alone, as a real server reports it.
TEST(RequirementsTest, EachWrongSettingIsRefused) {
  START_CLUSTER(cluster, .servers = 1);
  const auto admin = cluster.Connect("admin");
  const auto check = [&](const std::string& name, const StreamConfig& config, int replicas = 1) {
    const auto made = Stream(*admin, name).Create(config);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? CheckStream(*made, replicas) : made.status();
  };
  StreamConfig right;
  right.replicas = 1;
  EXPECT_TRUE(check("right", right).ok());
  right.max_bytes = 1 << 20;
  right.deny_purge = true;
  EXPECT_TRUE(check("bounded", right).ok());

  const absl::Status lonely = check("lonely", right, 3);
  EXPECT_EQ(lonely.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(lonely), AllOf(HasSubstr("stream lonely"),
                                     HasSubstr("num_replicas is 1 and must be 3 or more"),
                                     HasSubstr("chipline log create")));
  StreamConfig wrong;
  wrong.replicas = 1;
  const StreamConfig base = wrong;
  const auto expect = [&](const std::string& name, const std::string& text) {
    EXPECT_THAT(Message(check(name, wrong)), HasSubstr(text));
    wrong = base;
  };
  wrong.subjects = {"other.>"};
  expect("a", "subjects is [other.>] and must be [a.commands]");
  wrong.storage = "memory";
  expect("b", "storage is memory and must be file");
  wrong.retention = "interest";
  expect("c", "retention is interest and must be limits");
  wrong.discard = "old";
  expect("d", "discard is old and must be new");
  wrong.max_age = absl::Hours(24);
  expect("e", "max_age is 24h and must be unlimited (0)");
  wrong.max_messages = 1000;
  expect("f", "max_msgs is 1000 and must be unlimited (-1)");
  wrong.max_messages_per_subject = 10;
  expect("g", "max_msgs_per_subject is 10");
  wrong.max_message_bytes = 1000;
  expect("h", "max_msg_size is 1000");
  wrong.deny_delete = false;
  expect("i", "deny_delete is false and must be true");
  wrong.allow_direct = true;
  expect("j", "allow_direct is true and must be false");
  wrong.no_ack = true;
  wrong.subjects = {"k.commands"};
  expect("k", "no_ack is true and must be false");
  wrong.allow_rollup = true;
  expect("l", "allow_rollup_hdrs is true and must be false");
}

TEST(RequirementsTest, AllWrongSettingsAreInOneError) {
  StreamInfo info;
  info.config.name = "log";
  info.config.subjects = {"log.commands"};
  EXPECT_TRUE(CheckStream(info, 3).ok());
  info.config.storage = "memory";
  info.config.sealed = true;
  info.config.allow_message_ttl = true;
  info.config.mirrored_or_sourced = true;
  info.config.persist_mode = "async";
  EXPECT_THAT(Message(CheckStream(info, 3)),
              AllOf(HasSubstr("storage is memory"), HasSubstr("sealed is true"),
                    HasSubstr("allow_msg_ttl is true"), HasSubstr("mirror or sources is set"),
                    HasSubstr("persist_mode is async")));
}

}  // namespace
}  // namespace chipline::jetstream
