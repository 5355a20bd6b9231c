#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/flags.h"
#include "services/cli/known_names.h"
#include "services/cli/own_writes.h"
#include "services/cli/render.h"
#include "services/cli/render_explanation.h"
#include "services/cli/shown_names.h"
#include "services/cli/timeline_flags.h"
#include "services/cli/today.h"

namespace chipline::cli {
namespace {

struct ExplainFlags {
  std::string entry_id;
  int claims = 1000;
  KnownFlags known;
  VersionFlags versions;
  OwnWritesFlags own_writes;
};

// Sentences are read best in lines of at most this many columns, whatever takes them.
constexpr size_t kProseWidth = 100;

// The most that a page may have.
constexpr int kPageClaims = 1000;

// The pages in one, up to so many claims; the token of the next page is left in it.
grpc::Status Explain(Client& client, int claims, v1::ExplainEntryRequest request, Console& console,
                     v1::ExplainEntryResponse* response) {
  const WaitingNote note(request.min_position(), console);
  do {
    request.set_page_size(std::min(kPageClaims, claims - response->claims_size()));
    grpc::ClientContext context;
    client.SetDeadline(context);
    v1::ExplainEntryResponse page;
    const grpc::Status status = client.timelines().ExplainEntry(&context, request, &page);
    if (!status.ok()) return status;
    response->clear_next_page_token();
    response->MergeFrom(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && response->claims_size() < claims);
  return grpc::Status::OK;
}

// Whether the server knows no such entry, or cannot read its name.
bool IsAboutTheEntry(const google::rpc::Status& status) {
  if (status.code() == static_cast<int>(grpc::StatusCode::NOT_FOUND)) return true;
  google::rpc::BadRequest wrong;
  for (const google::protobuf::Any& detail : status.details()) {
    if (!detail.UnpackTo(&wrong)) continue;
    for (const auto& violation : wrong.field_violations()) {
      if (violation.field() == "entry_id") return true;
    }
  }
  return false;
}

// What the server says; where it knows no such entry, with the one that was meant if a slip is all
// that is wrong, and else with where names of entries come from.
ExitCode FailEntry(const grpc::Status& status, const std::string& entry_id, Client& client,
                   Console& console) {
  google::rpc::Status shown = console.InWords(status);
  const std::string nearest = IsAboutTheEntry(shown) ? NearestEntry(client, entry_id) : entry_id;
  // One that is there now, but was not then.
  if (nearest == entry_id) return console.Fail(status);
  shown.set_message(fmt::format("there is no entry {}; {}", entry_id,
                                nearest.empty()
                                    ? "`chipline timeline` shows the name of each entry below it"
                                    : fmt::format("did you mean {}?", nearest)));
  console.ShowError(shown);
  return ExitCode::kFailed;
}

ExitCode Run(const ExplainFlags& flags, Console& console) {
  Client client(console.options());
  uint64_t own_writes = 0;
  grpc::Status status = FindOwnWrites(flags.own_writes, client, console, own_writes);
  if (!status.ok()) return console.Fail(status);
  v1::ExplainEntryRequest request;
  request.set_min_position(own_writes);
  request.set_entry_id(flags.entry_id);
  if (auto known = ToKnown(flags.known)) *request.mutable_known() = *std::move(known);
  SetVersions(flags.versions, request);
  v1::ExplainEntryResponse response;
  status = Explain(client, flags.claims, request, console, &response);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND ||
      status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
    return FailEntry(status, flags.entry_id, client, console);
  }
  if (!status.ok()) return FailWaiting(status, own_writes, console);
  if (console.json()) {
    console.PrintJson(response);
    return ExitCode::kDone;
  }
  ShownNames(client, console, response.basis().position()).PutInto(response);
  const size_t width = console.width();
  Block block(console.palette(), width == 0 ? kProseWidth : std::min(width, kProseWidth));
  RenderExplanation(response, Today(), block);
  console.Print(block);
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
  command->add_option("--claims", flags->claims, "the most claims to show, the first by position")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  AddKnownFlags(*command, flags->known);
  AddVersionFlags(*command, flags->versions);
  AddOwnWritesFlags(*command, flags->own_writes);
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
