#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/render.h"
#include "services/cli/render_explanation.h"
#include "services/cli/timeline_flags.h"

namespace chipline::cli {
namespace {

struct ExplainFlags {
  std::string entry_id;
  KnownFlags known;
  VersionFlags versions;
};

// Sentences are read best in lines of at most this many columns, whatever takes them.
constexpr size_t kProseWidth = 100;

ExitCode Run(const ExplainFlags& flags, Console& console) {
  Client client(console.options());
  v1::ExplainEntryRequest request;
  request.set_entry_id(flags.entry_id);
  if (auto known = ToKnown(flags.known)) *request.mutable_known() = *std::move(known);
  SetVersions(flags.versions, request);
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::ExplainEntryResponse response;
  const grpc::Status status = client.timelines().ExplainEntry(&context, request, &response);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(response);
    return ExitCode::kDone;
  }
  const size_t width = console.width();
  Block block(console.palette(), width == 0 ? kProseWidth : std::min(width, kProseWidth));
  RenderExplanation(response, block);
  console.Print(block.text());
  console.Flush();
  console.Note(BasisWords(response.basis()));
  return ExitCode::kDone;
}

}  // namespace

Command AddExplainCommand(CLI::App& root) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command =
      root.add_subcommand("explain",
                          "Show how a timeline's entry came to be: what was chosen, why, and "
                          "what would change it");
  command
      ->add_option("entry", flags->entry_id, "the entry_id that timeline prints below each entry")
      ->required();
  AddKnownFlags(*command, flags->known);
  AddVersionFlags(*command, flags->versions);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
