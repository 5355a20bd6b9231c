#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "services/admin/verify_stream.h"
#include "services/cli/commands.h"
#include "services/cli/progress.h"
#include "services/cli/verify_words.h"
#include "services/words/number_words.h"
#include "storage/restore.h"

namespace chipline::cli {
namespace {

struct RestoreFlags {
  std::string from;
  std::string data;
  uint32_t backup = 0;
  bool join = false;
};

void Print(const storage::Restored& restored, const RestoreFlags& flags, Console& console) {
  const storage::v1::BackupManifest& manifest = restored.manifest;
  if (console.json()) {
    google::protobuf::Struct result;
    auto& fields = *result.mutable_fields();
    fields["backupId"].set_number_value(manifest.backup_id());
    fields["logId"].set_string_value(manifest.format().log_id());
    fields["epoch"].set_string_value(std::to_string(restored.epoch));
    fields["headPosition"].set_string_value(std::to_string(manifest.head_position()));
    console.PrintJson(result);
    return;
  }
  console.Line(
      fmt::format("Backup {} is in {}: the log {} up to position {}, verified, of epoch {}.",
                  manifest.backup_id(), flags.data, manifest.format().log_id(),
                  CountWords(static_cast<int64_t>(manifest.head_position())), restored.epoch));
  if (flags.join) {
    console.Line("Start it with --log: it takes what came since from the stream.");
    return;
  }
  console.Line(
      "Resume tokens and page tokens of earlier epochs are refused from here on. The index and "
      "the");
  console.Line("timelines are made anew at the first start.");
}

ExitCode Run(const RestoreFlags& flags, Console& console) {
  Progress progress(!console.json(), console.error_is_terminal(), ProgressUnit::kNothing);
  storage::RestoreOptions options;
  options.from = flags.from;
  options.backup_id = flags.backup;
  options.to = flags.data;
  options.join = flags.join;
  options.now = absl::Now();
  options.progress = [&](std::string_view, double fraction) { progress.Update(fraction, 0); };
  options.found = [&](const storage::CheckedFinding& finding) {
    if (finding.finding.note) return;
    progress.Clear();
    PrintFinding(admin::ToMessage(finding), console);
  };
  const auto restored = storage::Restore(options);
  progress.Clear();
  if (!restored.ok()) return console.Fail(restored.status());
  Print(*restored, flags, console);
  return ExitCode::kDone;
}

}  // namespace

Command AddRestoreCommand(CLI::App& root) {
  auto flags = std::make_shared<RestoreFlags>();
  CLI::App* command =
      root.add_subcommand("restore", "Make a data directory from a backup, and verify it");
  command->footer(
      "The directory must be absent or empty. One that a restore which was cut off has left does "
      "not "
      "open as a log; delete it and restore again.");
  command->add_option("--from", flags->from, "folder of backups")->required();
  command->add_option("--data", flags->data, "directory to make")->required();
  command->add_option("--backup", flags->backup, "number of the backup; 0: the last")
      ->capture_default_str();
  command->add_flag("--join", flags->join,
                    "keep the epoch, for a directory that is to be a node of its cluster again");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
