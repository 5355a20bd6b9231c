#include "tests/jetstream/nats_cluster.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "storage/jetstream/json.h"

namespace chipline::jetstream {
namespace {

std::string FromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

[[noreturn]] void End(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

}  // namespace

std::unique_ptr<NatsCluster> NatsCluster::Start(const Options& options, std::string& missing) {
  std::vector<std::string> words = {
      "/usr/bin/python3",
      "-B",
      CHIPLINE_NATS_CLUSTER,
      "--servers",
      std::to_string(options.servers),
      "--suite",
      options.suite.empty() ? FromEnvironment("CHIPLINE_NATS_SUITE", "trixie") : options.suite};
  for (const std::string& setting : options.settings) {
    words.push_back("--set");
    words.push_back(setting);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::unique_ptr<NatsCluster> cluster(new NatsCluster());
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) End("no pipe");
  cluster->to_child_ = in[1];
  cluster->from_child_ = out[0];
  cluster->pid_ = ::fork();
  if (cluster->pid_ == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);

  const std::string line = cluster->ReadLine();
  const absl::StatusOr<rapidjson::Document> said = ParseJson(line, "the test");
  if (!said.ok() || HasMember(*said, "failed")) End("nats_cluster.py: " + line);
  missing = TextOf(*said, "missing");
  if (!missing.empty()) return nullptr;
  for (const auto& server : MemberOf(*said, "servers").GetArray()) {
    cluster->names.push_back(TextOf(server, "name"));
    cluster->urls.push_back(TextOf(server, "url"));
    cluster->monitors.push_back(TextOf(server, "monitor"));
  }
  cluster->version = TextOf(*said, "version");
  cluster->folder = TextOf(*said, "folder");
  return cluster;
}

NatsCluster::~NatsCluster() {
  ::close(to_child_);
  ::close(from_child_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

std::string NatsCluster::ReadLine() {
  size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos) {
    char bytes[4096];
    const ssize_t got = ::read(from_child_, bytes, sizeof(bytes));
    if (got <= 0) End("nats_cluster.py ended: " + unread_);
    unread_.append(bytes, static_cast<size_t>(got));
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

void NatsCluster::Do(const std::string& command) {
  const std::string line = command + "\n";
  if (::write(to_child_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    End("nats_cluster.py reads nothing");
  }
  const std::string answer = ReadLine();
  if (answer != "ok") End(answer);
}

void NatsCluster::KeepState() {
  const std::filesystem::path server = std::filesystem::path(folder) / names[0];
  Do("kill 0");
  std::filesystem::copy(server / "data", server / "kept", std::filesystem::copy_options::recursive);
  StartAgain();
}

void NatsCluster::PutBackState() {
  const std::filesystem::path server = std::filesystem::path(folder) / names[0];
  Do("kill 0");
  std::filesystem::remove_all(server / "data");
  std::filesystem::rename(server / "kept", server / "data");
  StartAgain();
}

void NatsCluster::StartAgain() {
  Do("start 0");
  while (true) {
    const auto connection = Connection::Open(OptionsFor("admin"));
    if (connection.ok() && Stream(**connection, kStream).Info().ok()) return;
  }
}

int NatsCluster::IndexOf(const std::string& name) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  End("no server is named '" + name + "'");
}

std::string NatsCluster::CredentialsFile(const std::string& user) const {
  return folder + "/" + user + ".credentials";
}

ConnectionOptions NatsCluster::OptionsFor(const std::string& user) const {
  ConnectionOptions options;
  options.urls = urls;
  options.name = "test of " + user;
  options.credentials_file = CredentialsFile(user);
  return options;
}

std::unique_ptr<Connection> NatsCluster::Connect(const std::string& user) const {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(OptionsFor(user));
  if (!connection.ok()) End(connection.status().ToString());
  return *std::move(connection);
}

}  // namespace chipline::jetstream
