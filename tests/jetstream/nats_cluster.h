#ifndef CHIPLINE_TESTS_JETSTREAM_NATS_CLUSTER_H_
#define CHIPLINE_TESTS_JETSTREAM_NATS_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "storage/jetstream/connection.h"
#include "storage/jetstream/stream.h"

namespace chipline::jetstream {

// Real nats-servers on loopback: tests/cluster/nats_cluster.py as a child, told what to do by its
// input. Ended with all of its servers when it is destroyed.
class NatsCluster {
 public:
  struct Options {
    int servers = 3;
    // Of Debian, whose nats-server is used; empty: of CHIPLINE_NATS_SUITE, else the oldest allowed.
    std::string suite = {};
    // "KEY=VALUE" each, as nats_cluster.py --set.
    std::vector<std::string> settings = {};
  };

  // Null if there is no such nats-server on this machine, and `missing` says what is to be done.
  // Any other failure to start ends the test program.
  static std::unique_ptr<NatsCluster> Start(const Options& options, std::string& missing);
  ~NatsCluster();
  NatsCluster(const NatsCluster&) = delete;
  NatsCluster& operator=(const NatsCluster&) = delete;

  // "kill 0", "pause 1", "resume 1", "start 0".
  void Do(const std::string& command);
  // The index of the server with this name.
  int IndexOf(const std::string& name) const;

  // Of a cluster of one server with the stream kStream: keeps what it has stored, and puts that
  // back later. The server starts anew; returns when its stream can be used.
  void KeepState();
  void PutBackState();

  // "n1", ...
  std::vector<std::string> names;
  std::vector<std::string> urls;
  std::vector<std::string> monitors;
  std::string version;
  // Holds the credentials, and with the setting tls=yes the certificate tls.crt.
  std::string folder;

  // `user` is "node", "admin" or "sys".
  ConnectionOptions OptionsFor(const std::string& user) const;
  std::unique_ptr<Connection> Connect(const std::string& user) const;
  std::string CredentialsFile(const std::string& user) const;

 private:
  NatsCluster() = default;
  std::string ReadLine();
  void StartAgain();

  int to_child_ = -1;
  int from_child_ = -1;
  int pid_ = -1;
  std::string unread_;
};

// Starts `cluster`, or skips the test with a line that says what is missing.
#define START_CLUSTER(cluster, ...)                                                \
  std::string missing_of_##cluster;                                                \
  const std::unique_ptr<NatsCluster> cluster##_owned =                             \
      NatsCluster::Start(NatsCluster::Options{__VA_ARGS__}, missing_of_##cluster); \
  if (cluster##_owned == nullptr) GTEST_SKIP() << missing_of_##cluster;            \
  NatsCluster& cluster = *cluster##_owned

// Calls again while it is UNAVAILABLE: servers that have just started lose requests.
template <typename Call>
auto UntilAvailable(const Call& call) {
  auto result = call();
  while (result.status().code() == absl::StatusCode::kUnavailable) result = call();
  return result;
}

// The stream's name in these tests, which the account of "node" is made for.
inline constexpr char kStream[] = "chipline";

}  // namespace chipline::jetstream

#endif  // CHIPLINE_TESTS_JETSTREAM_NATS_CLUSTER_H_
