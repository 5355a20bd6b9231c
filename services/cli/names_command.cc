#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/aliases.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/known_names.h"
#include "services/cli/table.h"
#include "services/rpc/status.h"
#include "services/words/enum_words.h"

namespace chipline::cli {
namespace {

ExitCode Run(const std::string& asked, Console& console) {
  Client client(console.options());
  std::vector<std::string> entities;
  if (!asked.empty()) {
    KnownNames known(client);
    const absl::StatusOr<std::string> found = known.EntityOf(asked);
    if (!found.ok()) return console.Fail(ToGrpcStatus(found.status()));
    entities.push_back(*found);
  }
  Aliases aliases;
  const grpc::Status status = ReadAliases(client, entities, std::numeric_limits<uint64_t>::max(),
                                          [&](const v1::RecordedEvent& event) {
                                            if (console.json())
                                              console.PrintJson(event.event().alias_change());
                                            aliases.Apply(event.event().alias_change());
                                            return true;
                                          });
  if (!status.ok()) return console.Fail(status);
  if (console.json()) return ExitCode::kDone;
  if (aliases.by_entity().empty()) console.Note("No event has named anything yet.");
  // By id, and of one id by kind.
  std::map<std::pair<std::string, std::string>, std::string> rows;
  for (const auto& [key, names] : aliases.by_entity()) {
    std::string& text = rows[{key.second, EnumWords(key.first)}];
    for (const Aliases::Name& name : names) text += (text.empty() ? "" : ", ") + name.text;
  }
  Table table({{"ENTITY"}, {"KIND"}, {"NAMES", Align::kLeft, true}});
  for (const auto& [key, names] : rows) table.AddRow({key.first, key.second, names});
  console.Print(table);
  return ExitCode::kDone;
}

}  // namespace

Command AddNamesCommand(CLI::App& root) {
  auto entity = std::make_shared<std::string>();
  CLI::App* command = root.add_subcommand(
      "names", "Show which names mean which entity; --json: each change of them");
  command->add_option("entity", *entity, "only this one, by id or by any of its names");
  return {command, [entity](Console& console) { return Run(*entity, console); }};
}

}  // namespace chipline::cli
