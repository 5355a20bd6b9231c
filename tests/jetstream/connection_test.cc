#include "storage/jetstream/connection.h"

#include <fstream>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "storage/mutex.h"
#include "tests/jetstream/nats_cluster.h"

namespace chipline::jetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Collects what callbacks say, and waits for it.
class Heard {
 public:
  void Add(std::string text) {
    MutexLock lock(mutex_);
    texts_.push_back(std::move(text));
    changed_.NotifyAll();
  }
  std::string Next() {
    MutexLock lock(mutex_);
    while (texts_.size() == read_) changed_.Wait(mutex_);
    return texts_[read_++];
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> texts_ ABSL_GUARDED_BY(mutex_);
  size_t read_ ABSL_GUARDED_BY(mutex_) = 0;
};

std::string PhaseOf(const ConnectionState& state) {
  switch (state.phase) {
    case ConnectionPhase::kConnected:
      return "connected";
    case ConnectionPhase::kDisconnected:
      return "disconnected";
    case ConnectionPhase::kClosed:
      return "closed";
  }
  return "";
}

TEST(ConnectionTest, RequestsAndAnswers) {
  START_CLUSTER(cluster, .servers = 1);
  const auto asking = cluster.Connect("admin");
  const auto answering = cluster.Connect("admin");
  EXPECT_EQ(asking->state().phase, ConnectionPhase::kConnected);
  EXPECT_EQ(asking->state().server, cluster.urls[0]);
  EXPECT_EQ(asking->max_payload(), 8 << 20);

  const auto subscription = answering->Subscribe("echo.*", [&](const Delivery& delivery) {
    EXPECT_EQ(delivery.subject(), "echo.one");
    EXPECT_EQ(delivery.status(), "");
    const std::string answer = "again: " + std::string(delivery.payload());
    EXPECT_TRUE(answering->Publish(std::string(delivery.reply()), "", answer).ok());
  });
  ASSERT_TRUE(subscription.ok()) << subscription.status();
  // The subscription has reached the server once a request has.
  EXPECT_TRUE(answering->Request("$JS.API.INFO", "", absl::Seconds(10)).ok());

  const std::string zeros("\0a\0", 3);
  const auto answer = asking->Request("echo.one", zeros, absl::Seconds(10));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, "again: " + zeros);

  const auto nobody = asking->Request("nobody", "", absl::Seconds(10));
  EXPECT_EQ(nobody.status().code(), absl::StatusCode::kUnavailable) << nobody.status();
  const auto large = asking->Publish("echo.one", "", std::string((8 << 20) + 1, 'x'));
  EXPECT_EQ(large.code(), absl::StatusCode::kInvalidArgument) << large;
}

TEST(ConnectionTest, WhatCannotBeReachedIsNamed) {
  START_CLUSTER(cluster, .servers = 1);
  ConnectionOptions options = cluster.OptionsFor("node");
  cluster.Do("kill 0");
  const auto refused = Connection::Open(options);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(cluster.urls[0]));
}

TEST(ConnectionTest, WrongCredentialsAreTold) {
  START_CLUSTER(cluster, .servers = 1);
  ConnectionOptions options = cluster.OptionsFor("node");
  // TLS that was asked for is never left out.
  options.urls = {"tls" + cluster.urls[0].substr(4)};
  EXPECT_EQ(Connection::Open(options).status().code(), absl::StatusCode::kFailedPrecondition);
  options.urls = cluster.urls;
  options.credentials_file = "";
  EXPECT_EQ(Connection::Open(options).status().code(), absl::StatusCode::kUnauthenticated);

  const std::string file = ::testing::TempDir() + "/wrong.credentials";
  options.credentials_file = file;
  std::ofstream(file) << "user: node\npassword: other\n";
  EXPECT_EQ(Connection::Open(options).status().code(), absl::StatusCode::kUnauthenticated);

  std::ofstream(file) << "nothing of use\n";
  const auto useless = Connection::Open(options);
  EXPECT_EQ(useless.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(useless.status().message()), HasSubstr("'user: NAME'"));

  options.credentials_file = file + ".none";
  const auto missing = Connection::Open(options);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("cannot be read"));

  options.credentials_file = cluster.CredentialsFile("node");
  options.ca_file = file;
  const auto no_certificates = Connection::Open(options);
  EXPECT_EQ(no_certificates.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(no_certificates.status().message()), HasSubstr(file));
}

// As nsc writes them: a JWT and a seed.
TEST(ConnectionTest, SignedCredentialsAreTaken) {
  START_CLUSTER(cluster, .servers = 1, .suite = "", .settings = {"accounts=signed"});
  const auto node = cluster.Connect("node");
  EXPECT_TRUE(node->Request("$JS.API.INFO", "", absl::Seconds(10)).ok());
  EXPECT_EQ(
      node->Request("$JS.API.STREAM.DELETE.chipline", "", absl::Milliseconds(300)).status().code(),
      absl::StatusCode::kPermissionDenied);

  // A seed that does not belong to the JWT.
  std::ifstream read(cluster.CredentialsFile("node"));
  std::string text((std::istreambuf_iterator<char>(read)), {});
  std::ifstream other(cluster.CredentialsFile("admin"));
  const std::string admin((std::istreambuf_iterator<char>(other)), {});
  const std::string mark = "-----BEGIN USER NKEY SEED-----";
  text.replace(text.find(mark), std::string::npos, admin.substr(admin.find(mark)));
  ConnectionOptions options = cluster.OptionsFor("node");
  options.credentials_file = ::testing::TempDir() + "/mixed.creds";
  std::ofstream(options.credentials_file) << text;
  const auto mixed = Connection::Open(options);
  EXPECT_EQ(mixed.status().code(), absl::StatusCode::kUnauthenticated) << mixed.status();
}

TEST(ConnectionTest, TlsNeedsTheRightAuthority) {
  START_CLUSTER(cluster, .servers = 1, .suite = "", .settings = {"tls=yes"});
  ConnectionOptions options = cluster.OptionsFor("node");
  // The certificate signs itself.
  options.ca_file = cluster.folder + "/tls.crt";
  const auto trusted = Connection::Open(options);
  ASSERT_TRUE(trusted.ok()) << trusted.status();
  EXPECT_TRUE((*trusted)->Request("$JS.API.INFO", "", absl::Seconds(10)).ok());
  // A server that wants TLS gets it, also by nats://.
  options.urls = {"nats" + cluster.urls[0].substr(3)};
  EXPECT_TRUE(Connection::Open(options).ok());

  options.ca_file = "";
  const auto unknown = Connection::Open(options);
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kFailedPrecondition) << unknown.status();

  options.certificate_file = cluster.folder + "/tls.crt";
  const auto no_key = Connection::Open(options);
  EXPECT_EQ(no_key.status().code(), absl::StatusCode::kFailedPrecondition) << no_key.status();
}

TEST(ConnectionTest, ASubjectThatIsNotAllowedIsDenied) {
  START_CLUSTER(cluster, .servers = 1);
  const auto node = cluster.Connect("node");
  const auto denied = node->Request("$JS.API.STREAM.DELETE.chipline", "", absl::Seconds(1));
  EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied) << denied.status();
  EXPECT_THAT(std::string(denied.status().message()), HasSubstr("STREAM.DELETE"));
  // Others go on.
  EXPECT_TRUE(node->Request("$JS.API.INFO", "", absl::Seconds(10)).ok());
}

TEST(ConnectionTest, ConnectsAgainWhenItsServerIsBack) {
  START_CLUSTER(cluster, .servers = 1);
  const auto connection = cluster.Connect("node");
  Heard heard;
  const auto listener =
      connection->Listen([&](const ConnectionState& state) { heard.Add(PhaseOf(state)); });
  cluster.Do("kill 0");
  EXPECT_EQ(heard.Next(), "disconnected");
  EXPECT_EQ(connection->state().reason.code(), absl::StatusCode::kUnavailable);
  // At once, and not after the time that it may take.
  EXPECT_EQ(connection->Request("$JS.API.INFO", "", absl::InfiniteDuration()).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(connection->Publish("chipline.commands", "", "x").code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(connection->max_payload(), 0);
  cluster.Do("start 0");
  EXPECT_EQ(heard.Next(), "connected");
  EXPECT_EQ(connection->state().server, cluster.urls[0]);
}

TEST(ConnectionTest, MovesToAnotherServerAndKnowsAll) {
  START_CLUSTER(cluster, .servers = 3);
  ConnectionOptions options = cluster.OptionsFor("node");
  options.urls = {cluster.urls[0]};
  const auto connection = Connection::Open(options);
  ASSERT_TRUE(connection.ok()) << connection.status();
  // The other two were learnt.
  EXPECT_THAT((*connection)->servers(), SizeIs(3));
  Heard heard;
  const auto listener = (*connection)->Listen([&](const ConnectionState& state) {
    heard.Add(PhaseOf(state) + " " + state.server);
  });
  cluster.Do("kill 0");
  EXPECT_EQ(heard.Next(), "disconnected ");
  EXPECT_THAT(heard.Next(), HasSubstr("connected nats://127.0.0.1:"));
}

TEST(ConnectionTest, CredentialsThatAreWithdrawnEndIt) {
  // Another cluster takes the port, which knows no such user.
  START_CLUSTER(cluster, .servers = 1);
  const auto connection = cluster.Connect("node");
  Heard heard;
  const auto listener =
      connection->Listen([&](const ConnectionState& state) { heard.Add(PhaseOf(state)); });
  cluster.Do("kill 0");
  EXPECT_EQ(heard.Next(), "disconnected");
  cluster.Do("withdraw 0");
  cluster.Do("start 0");
  EXPECT_EQ(heard.Next(), "closed");
  EXPECT_EQ(connection->state().reason.code(), absl::StatusCode::kUnauthenticated)
      << connection->state().reason;
  EXPECT_EQ(connection->Publish("chipline.commands", "", "x").code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(ConnectionTest, SeveralComeAndGoInOneProcess) {
  START_CLUSTER(cluster, .servers = 1);
  std::set<std::string> inboxes;
  for (int i = 0; i < 20; ++i) {
    const auto first = cluster.Connect("node");
    const auto second = cluster.Connect("admin");
    const auto subscription = first->Subscribe(Connection::NewInbox(), [](const Delivery&) {});
    EXPECT_TRUE(subscription.ok());
    const auto listener = second->Listen([](const ConnectionState&) {});
    inboxes.insert(Connection::NewInbox());
  }
  EXPECT_THAT(inboxes, SizeIs(20));
}

}  // namespace
}  // namespace chipline::jetstream
