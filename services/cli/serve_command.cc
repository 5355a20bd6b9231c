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
  bool no_sync = false;
};

ExitCode Run(const ServeFlags& flags, Console& console) {
  server::ServerOptions options = flags.options;
  options.data_directory = flags.data;
  options.port_file = flags.port_file;
  options.sync = !flags.no_sync;
  const absl::Status status = server::RunServer(options);
  if (status.ok()) return ExitCode::kDone;
  const ExitCode code = console.Fail(status);
  return absl::IsInvalidArgument(status) ? ExitCode::kMisused : code;
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
  AddDuration(*command, "--drain", options.drain,
              "how long calls have to end after SIGTERM, at most 10m");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
