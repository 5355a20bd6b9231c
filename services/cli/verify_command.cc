#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/admin/stopped_views.h"
#include "services/admin/verify_stream.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/progress.h"
#include "services/cli/stop_signal.h"
#include "services/cli/verify_words.h"
#include "services/words/number_words.h"
#include "storage/stopped_log.h"
#include "storage/verification.h"

namespace chipline::cli {
namespace {

constexpr size_t kStepBytes = 4 * 1024 * 1024;

struct VerifyFlags {
  std::string data;
  uint64_t max_rate = 0;
};

// Of all findings, `unreadable` say only that something could not be read.
ExitCode Conclude(uint64_t findings, uint64_t unreadable, Console& console) {
  const auto count = [](uint64_t number) { return CountWords(static_cast<int64_t>(number)); };
  if (console.json()) {
    v1::VerifyLogResponse summary;
    summary.set_fraction(1);
    summary.set_finding_count(findings);
    summary.set_unreadable_count(unreadable);
    console.PrintJson(summary);
  } else if (findings == 0) {
    console.Line("Everything is as it must be.");
  } else if (findings == unreadable) {
    console.Line(fmt::format(
        "{} things could not be read. That is no proof that anything is damaged or lost: see what",
        count(unreadable)));
    console.Line("the disk says (dmesg), or raise the limit of open files, and verify again.");
  } else if (unreadable > 0) {
    console.Line(fmt::format("{} findings, and {} things that could not be read.",
                             count(findings - unreadable), count(unreadable)));
  } else {
    console.Line(fmt::format("{} findings.", count(findings)));
  }
  if (findings == 0) return ExitCode::kDone;
  return findings == unreadable ? ExitCode::kFailed : ExitCode::kFindings;
}

ExitCode VerifyServer(const VerifyFlags& flags, Console& console) {
  StopSignal stop;
  Client client(console.options());
  grpc::ClientContext context;
  stop.OnStop([&context] { context.TryCancel(); });
  Progress progress(!console.json(), console.error_is_terminal(), ProgressUnit::kNothing);
  v1::VerifyLogRequest request;
  request.set_max_bytes_per_second(flags.max_rate);
  const auto stream = client.admin().VerifyLog(&context, request);
  v1::VerifyLogResponse response;
  while (stream->Read(&response)) {
    if (response.findings_size() > 0) progress.Clear();
    for (const v1::VerifyFinding& finding : response.findings()) PrintFinding(finding, console);
    progress.Update(response.fraction(), 0);
  }
  const grpc::Status status = stream->Finish();
  stop.OnStop(nullptr);
  progress.Clear();
  if (!status.ok()) return console.Fail(status);
  return Conclude(response.finding_count(), response.unreadable_count(), console);
}

ExitCode VerifyStopped(const VerifyFlags& flags, Console& console) {
  StopSignal stop;
  const auto log = storage::StoppedLog::Open(flags.data);
  if (!log.ok()) return console.Fail(log.status());
  auto checks = storage::ChecksOf(**log);
  if (const absl::Status openable = (*log)->Openable(); !openable.ok()) {
    storage::Finding finding = storage::ReadFinding((*log)->path("").string(), 0, openable);
    finding.description = "it does not open as a log: " + finding.description;
    checks.insert(checks.begin(), storage::Known("log", {std::move(finding)}));
  }
  if ((*log)->events().ok()) checks.push_back(admin::CheckOfViews(**log));
  storage::Verification verification(std::move(checks));
  Progress progress(!console.json(), console.error_is_terminal(), ProgressUnit::kNothing);
  std::vector<storage::CheckedFinding> findings;
  for (bool more = true; more;) {
    if (stop.stopped()) {
      progress.Clear();
      return console.Fail(absl::CancelledError("stopped before everything was looked at"));
    }
    more = verification.Step(kStepBytes, findings);
    if (!findings.empty()) progress.Clear();
    for (const auto& finding : findings) PrintFinding(admin::ToMessage(finding), console);
    findings.clear();
    progress.Update(verification.progress().fraction, 0);
  }
  progress.Clear();
  return Conclude(verification.findings(), verification.unreadable(), console);
}

}  // namespace

Command AddVerifyCommand(CLI::App& root) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* command = root.add_subcommand(
      "verify", "Look at everything on disk: files, events, index and timelines");
  command->footer(
      "With --data it looks at a directory that no server has, and changes nothing in it; else "
      "the "
      "server looks at its own while it goes on serving.\n"
      "Exits with 0 if everything is as it must be, 3 if something was found, 1 if it could not "
      "look.");
  command->add_option("--data", flags->data, "directory of a log that is not being served");
  AddBytes(*command, "--max-rate", flags->max_rate,
           "bytes a second that a server reads for it; 0: as fast as it goes");
  return {command, [flags](Console& console) {
            return flags->data.empty() ? VerifyServer(*flags, console)
                                       : VerifyStopped(*flags, console);
          }};
}

}  // namespace chipline::cli
