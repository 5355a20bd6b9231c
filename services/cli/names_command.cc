#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/enum_words.h"
#include "services/cli/table.h"
#include "storage/limits.h"

namespace chipline::cli {
namespace {

// The aliases of an entity in the order they were added.
using Aliases = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

void Apply(const v1::AliasChange& change, Aliases& aliases) {
  std::vector<std::string>& names = aliases[{change.entity(), EnumWords(change.kind())}];
  std::erase(names, change.alias());
  if (change.change() == v1::ALIAS_OPERATION_ADD) names.push_back(change.alias());
}

ExitCode Run(const std::string& entity, Console& console) {
  Client client(console.options().server, console.options().timeout);
  v1::ReadEventsRequest request;
  request.mutable_filter()->add_event_types(v1::EVENT_TYPE_ALIAS_CHANGE);
  if (!entity.empty()) request.mutable_filter()->add_subject_patterns("alias." + entity);
  grpc::ClientContext context;
  client.SetDeadline(context);
  const auto stream = client.log().ReadEvents(&context, request);
  v1::ReadEventsResponse response;
  Aliases aliases;
  while (stream->Read(&response)) {
    for (const v1::RecordedEvent& event : response.events()) {
      if (console.json()) {
        console.PrintJson(event.event().alias_change());
      } else {
        Apply(event.event().alias_change(), aliases);
      }
    }
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) return console.Fail(status);
  Table table({{"ENTITY"}, {"KIND"}, {"NAMES", Align::kLeft, true}});
  for (const auto& [key, names] : aliases) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    table.AddRow({key.first, key.second, text});
  }
  console.Print(table.Render(console.palette(), console.width()));
  return ExitCode::kDone;
}

}  // namespace

Command AddNamesCommand(CLI::App& root) {
  auto entity = std::make_shared<std::string>();
  CLI::App* command = root.add_subcommand(
      "names", "Show which names mean which entity; --json: each change of them");
  command->add_option("entity", *entity, "only this one, by id");
  return {command, [entity](Console& console) { return Run(*entity, console); }};
}

}  // namespace chipline::cli
