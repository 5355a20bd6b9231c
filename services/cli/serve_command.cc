#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/server/run_server.h"
#include "storage/limits.h"

namespace chipline::cli {
namespace {

struct ServeFlags {
  server::ServerOptions options;
  std::string data;
  std::string port_file;
  std::string http_port_file;
  std::string backup_dir;
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  std::string token_key;
  std::string policy;
  std::string http_console = "on";
  bool no_sync = false;
};

ExitCode Run(const ServeFlags& flags, Console& console) {
  server::ServerOptions options = flags.options;
  options.data_directory = flags.data;
  options.port_file = flags.port_file;
  options.http_port_file = flags.http_port_file;
  options.http_console = flags.http_console == "on";
  options.backup_directory = flags.backup_dir;
  options.sync = !flags.no_sync;
  options.security.tls_certificate = flags.tls_cert;
  options.security.tls_key = flags.tls_key;
  options.security.tls_client_ca = flags.tls_client_ca;
  options.security.token_keys = flags.token_key;
  options.security.policy = flags.policy;
  const absl::Status status = server::RunServer(options);
  if (status.ok()) return ExitCode::kDone;
  const ExitCode code = console.Fail(status);
  return absl::IsInvalidArgument(status) ? ExitCode::kMisused : code;
}

void AddSecurityFlags(CLI::App& command, ServeFlags& flags) {
  constexpr char kGroup[] = "Security (files are read again when they change)";
  server::ServerOptions& options = flags.options;
  const auto add = [&](const char* name, std::string& value, const char* description) {
    command.add_option(name, value, description)->group(kGroup);
  };
  add("--tls-cert", flags.tls_cert, "PEM file of the server's certificate and its chain");
  add("--tls-key", flags.tls_key, "PEM file of its key");
  add("--tls-client-ca", flags.tls_client_ca,
      "PEM file of the CAs of clients' certificates; every client needs one, or a token");
  add("--token-key", flags.token_key, "PEM file of the public keys of bearer tokens");
  add("--token-issuer", options.security.token_issuer, "the issuer that tokens must name");
  add("--token-audience", options.security.token_audience, "the audience that tokens must name");
  add("--policy", flags.policy,
      "chipline.config.v1.Policy in Protobuf text format; without it every known caller may do "
      "everything");
  command
      .add_flag("--insecure", options.insecure,
                "let everybody in who reaches --listen, also from other machines")
      ->group(kGroup);
  command
      .add_option("--max-principal-streams", options.security.max_principal_streams,
                  "streams of one known caller at a time")
      ->check(CLI::Range(uint64_t{1}, uint64_t{limits::kMaxStreams}))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--max-connection-streams", options.max_connection_streams,
                  "calls at a time on one connection")
      ->check(CLI::Range(uint64_t{1}, uint64_t{limits::kMaxStreams}))
      ->capture_default_str()
      ->group(kGroup);
}

void AddHttpFlags(CLI::App& command, ServeFlags& flags) {
  constexpr char kGroup[] = "HTTP";
  command
      .add_option(
          "--http", flags.options.http,
          "HOST:PORT of the web console, /metrics, /livez, /readyz and of every RPC by the Connect "
          "protocol; without it there is none")
      ->group(kGroup);
  command
      .add_flag("--http-auth", flags.options.http_auth,
                "answer /metrics only to callers to whom --policy grants http/metrics, or to every "
                "known caller if there is no policy; /livez and /readyz stay open")
      ->group(kGroup);
  command
      .add_option(
          "--http-console", flags.http_console,
          "on or off: the web console at the root of --http. Its files hold no data; what it "
          "shows, it asks for with its user's own credentials")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option(
          "--http-cors", flags.options.http_cors,
          "origin whose pages may call from a browser, such as https://console.example.org; "
          "may be given several times")
      ->group(kGroup);
  command
      .add_option("--http-port-file", flags.http_port_file,
                  "file that gets the port of --http once the server takes calls")
      ->group(kGroup);
}

void AddClusterFlags(CLI::App& command, server::ClusterOptions& options) {
  constexpr char kGroup[] = "Cluster (see chipline log create)";
  const auto add = [&](const char* name, auto& value, const char* description) {
    return command.add_option(name, value, description)->group(kGroup);
  };
  add("--log", options.stream,
      "nats://HOST:PORT[,HOST:PORT...]/STREAM or tls://...: take commands from this JetStream "
      "stream, as one of several nodes");
  add("--node", options.node, "what this node is called; the name of the machine if not given");
  add("--log-creds", options.credentials, "NATS credentials file");
  add("--log-ca", options.ca, "PEM file of the authorities of the nats-servers, for tls://");
  add("--log-cert", options.certificate, "PEM file of this node's certificate, for tls://");
  add("--log-key", options.key, "PEM file of its key");
  add("--log-replicas", options.replicas, "copies that the stream must have; 1 survives no machine")
      ->check(CLI::IsMember({1, 3, 5}))
      ->capture_default_str();
  add("--log-monitor", options.monitors,
      "http://HOST:PORT of each nats-server's monitor: verify that it syncs before it "
      "acknowledges");
  command
      .add_flag("--require-synced", options.require_synced, "do not start unless that was verified")
      ->group(kGroup);
  AddDuration(command, "--commit-timeout", options.commit_timeout,
              "how long an append waits for the stream, 1s to 10m")
      ->group(kGroup);
}

}  // namespace

Command AddServeCommand(CLI::App& root) {
  constexpr uint64_t kMiB = 1024 * 1024;
  constexpr uint64_t kTiB = kMiB * kMiB;
  auto flags = std::make_shared<ServeFlags>();
  server::ServerOptions& options = flags->options;
  CLI::App* command = root.add_subcommand("serve", "Run the server until SIGTERM or SIGINT");
  command->add_option("--data", flags->data, "directory of the log; made if it is not there")
      ->required();
  command->add_option("--listen", options.listen, "HOST:PORT; port 0 picks a free one")
      ->capture_default_str();
  command->add_option("--port-file", flags->port_file,
                      "file that gets the port once the server takes calls");
  command->add_option("--backup-dir", flags->backup_dir,
                      "folder that clients may have backups written to; without it none are made");
  command->add_flag("--no-sync", flags->no_sync,
                    "acknowledge before the disk has it: a crash of the machine can lose "
                    "acknowledged events");
  AddBytes(*command, "--cache-bytes", options.cache_bytes,
           "memory for blocks of the log, 1MiB to 1TiB")
      ->check(CLI::Range(kMiB, kTiB));
  AddBytes(*command, "--view-cache-bytes", options.view_cache_bytes,
           "memory for rows of the timelines, 1MiB to 1TiB")
      ->check(CLI::Range(kMiB, kTiB));
  command->add_option("--threads", options.threads, "threads for work that waits for the disk")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--max-streams", options.max_streams, "subscriptions and watches at a time")
      ->check(CLI::Range(uint64_t{1}, uint64_t{limits::kMaxStreams}))
      ->capture_default_str();
  AddBytes(*command, "--min-free-bytes", options.min_free_bytes,
           "refuse appends while the disk has less free, at most 1TiB; 0: never")
      ->check(CLI::Range(uint64_t{0}, kTiB));
  command
      ->add_option_function<std::string>(
          "--log-format",
          [flags](const std::string& format) {
            flags->options.log_format =
                format == "json" ? server::LogFormat::kJson : server::LogFormat::kText;
          },
          "how lines for the operator are written")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
  AddHttpFlags(*command, *flags);
  AddClusterFlags(*command, options.cluster);
  AddSecurityFlags(*command, *flags);
  AddDuration(*command, "--drain", options.drain,
              "how long calls have to end after SIGTERM, at most 10m");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
