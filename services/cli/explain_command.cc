#include <fmt/format.h>

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/claim_words.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/cli/timeline_flags.h"
#include "services/words/enum_words.h"

namespace chipline::cli {
namespace {

struct ExplainFlags {
  std::string entry_id;
  KnownFlags known;
};

void RenderClaim(const v1::ExplainedClaim& claim, Block& block) {
  const v1::RecordedEvent& event = claim.event();
  std::string verdict = EnumWords(claim.summary().standing());
  if (claim.selected()) verdict += ", selected";
  block.Heading(fmt::format("{}  {}", event.position(), ClaimWords(event.event())), verdict,
                claim.selected() ? Tone::kGood : Tone::kFaint);
  block.Line("event", event.event().event_id());
  block.Line("said by", SourceWords(event.event().source()));
  if (!claim.summary().published().empty()) block.Line("public from", claim.summary().published());
  for (const v1::Hop& hop : event.event().source().hops()) {
    if (!hop.verbatim().empty()) block.Line("words", "“" + hop.verbatim() + "”");
    if (!hop.url().empty()) block.Line("read at", hop.url(), Tone::kFaint);
  }
  if (!claim.explanation().empty()) block.Line("why", claim.explanation());
  if (claim.rules_size() > 0) block.Line("rules", JoinWords(claim.rules(), ", "), Tone::kFaint);
}

ExitCode Run(const ExplainFlags& flags, Console& console) {
  Client client(console.options().server, console.options().timeout);
  v1::ExplainEntryRequest request;
  request.set_entry_id(flags.entry_id);
  if (auto known = ToKnown(flags.known)) *request.mutable_known() = *std::move(known);
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::ExplainEntryResponse response;
  const grpc::Status status = client.timelines().ExplainEntry(&context, request, &response);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(response);
    return ExitCode::kDone;
  }
  Block block(console.palette(), console.width());
  RenderEntry(response.entry(), block);
  block.Blank();
  if (!response.explanation().empty()) {
    block.Raw(WrapText(response.explanation(), console.width(), 0) + "\n\n");
  }
  for (const v1::ExplainedClaim& claim : response.claims()) RenderClaim(claim, block);
  console.Print(block.text());
  console.Flush();
  console.Note(BasisWords(response.basis()));
  return ExitCode::kDone;
}

}  // namespace

Command AddExplainCommand(CLI::App& root) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command =
      root.add_subcommand("explain", "Show how a timeline's entry came to be, claim by claim");
  command
      ->add_option("entry", flags->entry_id, "the entry_id that timeline prints below each entry")
      ->required();
  AddKnownFlags(*command, flags->known);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
