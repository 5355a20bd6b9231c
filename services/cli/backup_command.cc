#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"

#include "CLI/CLI.hpp"
#include "services/admin/backup_runs.h"
#include "services/cli/backup_words.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/progress.h"
#include "services/cli/stop_signal.h"
#include "storage/backup.h"
#include "storage/backup_folder.h"

namespace chipline::cli {
namespace {

struct BackupFlags {
  std::string data;
  std::string to;
  std::string list;
  uint64_t max_rate = 0;
  uint32_t keep = 0;
};

ExitCode Conclude(const v1::Backup& backup, Console& console) {
  if (console.json()) {
    console.PrintJson(backup);
  } else {
    console.Line(BackupLine(backup));
  }
  return ExitCode::kDone;
}

ExitCode BackUpServer(const BackupFlags& flags, Console& console) {
  StopSignal stop;
  Client client(console.options());
  grpc::ClientContext context;
  stop.OnStop([&context] { context.TryCancel(); });
  Progress progress(!console.json(), console.error_is_terminal(), ProgressUnit::kBytes);
  v1::BackUpLogRequest request;
  request.set_to(flags.to);
  request.set_max_bytes_per_second(flags.max_rate);
  request.set_keep(flags.keep);
  const auto stream = client.admin().BackUpLog(&context, request);
  v1::BackUpLogResponse response;
  while (stream->Read(&response)) progress.Update(-1, response.written_bytes());
  const grpc::Status status = stream->Finish();
  stop.OnStop(nullptr);
  progress.Clear();
  if (!status.ok()) return console.Fail(status);
  return Conclude(response.backup(), console);
}

ExitCode BackUpDirectory(const BackupFlags& flags, Console& console) {
  StopSignal stop;
  Progress progress(!console.json(), console.error_is_terminal(), ProgressUnit::kBytes);
  storage::BackupOptions options;
  options.to = flags.to;
  options.max_bytes_per_second = flags.max_rate;
  options.keep = flags.keep;
  options.now = absl::Now();
  options.progress = [&](uint64_t bytes) {
    progress.Update(-1, bytes);
    return !stop.stopped();
  };
  const auto manifest = storage::BackUpStopped(flags.data, options);
  progress.Clear();
  if (!manifest.ok()) return console.Fail(manifest.status());
  return Conclude(admin::ToMessage(*manifest, flags.to), console);
}

ExitCode List(const BackupFlags& flags, Console& console) {
  const auto manifests = storage::ListBackups(flags.list);
  if (!manifests.ok()) return console.Fail(manifests.status());
  std::vector<v1::Backup> backups;
  for (const auto& manifest : *manifests) {
    backups.push_back(admin::ToMessage(manifest, flags.list));
  }
  PrintBackups(backups, console);
  return ExitCode::kDone;
}

ExitCode Run(const BackupFlags& flags, Console& console) {
  if (!flags.list.empty()) return List(flags, console);
  if (flags.data.empty()) return BackUpServer(flags, console);
  if (flags.to.empty())
    return console.Misuse("--data needs --to DIR as well, the folder that the backup goes to");
  return BackUpDirectory(flags, console);
}

}  // namespace

Command AddBackupCommand(CLI::App& root) {
  auto flags = std::make_shared<BackupFlags>();
  CLI::App* command = root.add_subcommand(
      "backup", "Add a backup of the log to a folder, while it is served or not");
  command->footer(
      "Without --data the server makes it, on its own machine, in its folder for backups (serve "
      "--backup-dir) or one inside of that. Files that an earlier backup in the folder has are "
      "shared "
      "with it. Index and timelines follow from the log and are not in it.");
  command->add_option("--data", flags->data, "directory of a log that is not being served");
  command->add_option(
      "--to", flags->to,
      "the folder; for a server a path in its folder for backups, or without it that folder");
  command->add_option("--list", flags->list, "show the backups in this folder here, and make none");
  AddBytes(*command, "--max-rate", flags->max_rate,
           "bytes a second to write; 0: as fast as it goes");
  command
      ->add_option("--keep", flags->keep,
                   "delete all but so many of the newest backups afterwards; 0: none")
      ->capture_default_str();
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
