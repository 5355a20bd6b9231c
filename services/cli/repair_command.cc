#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/clock.h"
#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "services/cli/commands.h"
#include "services/cli/progress.h"
#include "services/ingest/rules.h"
#include "services/words/number_words.h"
#include "storage/log.h"
#include "storage/repair.h"

namespace chipline::cli {
namespace {

struct RepairFlags {
  std::string data;
  uint64_t accept_loss_after = 0;
  bool yes = false;
};

std::string Count(uint64_t count) { return CountWords(static_cast<int64_t>(count)); }

std::string LossWords(const storage::RepairPlan& plan) {
  if (plan.known > plan.kept) {
    return fmt::format("Lost are the events {} to {}, and any after them that nothing tells of.",
                       Count(plan.kept + 1), Count(plan.known));
  }
  return fmt::format(
      "Nothing that is known of is lost; events after position {} of which nothing tells may be.",
      Count(plan.kept));
}

void PrintPlan(const storage::RepairPlan& plan, Console& console) {
  console.Line("What is wrong:");
  for (const std::string& problem : plan.problems) console.Line("  " + problem);
  console.Line(
      fmt::format("The log will end at position {}. {}", Count(plan.kept), LossWords(plan)));
  for (const auto& [name, position] : plan.moved_cursors) {
    console.Line(fmt::format("The cursor {} will go back from {} to {}.", name, Count(position),
                             Count(plan.kept)));
  }
  console.Line(
      fmt::format("The epoch will be {}: resume tokens and page tokens are refused.", plan.epoch));
}

void PrintJson(const storage::RepairPlan& plan, const std::optional<std::string>& replaced,
               Console& console) {
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  fields["done"].set_bool_value(replaced.has_value());
  fields["keptPosition"].set_string_value(std::to_string(plan.kept));
  fields["knownPosition"].set_string_value(std::to_string(plan.known));
  fields["epoch"].set_string_value(std::to_string(plan.epoch));
  auto& problems = *fields["problems"].mutable_list_value();
  for (const std::string& problem : plan.problems) problems.add_values()->set_string_value(problem);
  auto& cursors = *fields["movedCursors"].mutable_list_value();
  for (const auto& [name, position] : plan.moved_cursors) {
    cursors.add_values()->set_string_value(name);
  }
  if (replaced.has_value()) fields["replacedFolder"].set_string_value(*replaced);
  console.PrintJson(result);
}

// Opening makes the index anew, and shows that the log opens.
absl::Status OpenOnce(const std::string& data) {
  ingest::NamingRules rules;
  storage::LogOptions options;
  options.directory = data;
  return storage::Log::Open(options, rules).status();
}

ExitCode Run(const RepairFlags& flags, Console& console) {
  auto repair = storage::Repair::Plan(flags.data, flags.accept_loss_after, absl::Now());
  if (!repair.ok()) return console.Fail(repair.status());
  const storage::RepairPlan plan = (*repair)->plan();
  if (!console.json()) PrintPlan(plan, console);
  if (!flags.yes) {
    if (console.json()) PrintJson(plan, std::nullopt, console);
    console.Note("Nothing was changed. Do it with --yes.");
    return ExitCode::kDone;
  }
  Progress progress(!console.json(), console.error_is_terminal());
  const auto replaced = (*repair)->Apply([&](storage::Position position) {
    progress.Update(static_cast<double>(position) / static_cast<double>(plan.kept), position);
  });
  progress.Clear();
  if (!replaced.ok()) return console.Fail(replaced.status());
  // The directory's lock goes with it.
  repair->reset();
  if (const absl::Status opened = OpenOnce(flags.data); !opened.ok()) return console.Fail(opened);
  if (console.json()) {
    PrintJson(plan, replaced->string(), console);
  } else {
    console.Line(fmt::format(
        "Done. What was there before is in {}; delete it when you need it no more. The timelines",
        replaced->string()));
    console.Line("are made anew at the next start.");
  }
  return ExitCode::kDone;
}

}  // namespace

Command AddRepairCommand(CLI::App& root) {
  auto flags = std::make_shared<RepairFlags>();
  CLI::App* command = root.add_subcommand(
      "repair", "Make a log that does not open one that does, without what is lost");
  command->footer(
      "Restore a backup instead if there is one with more in it. Without --yes it only tells what "
      "it "
      "would do. It keeps every event that can be read from the first on without a gap, and "
      "refuses if "
      "that is less than up to POSITION.");
  command->add_option("--data", flags->data, "directory of the log")->required();
  command
      ->add_option("--accept-loss-after", flags->accept_loss_after,
                   "position up to which nothing may be lost")
      ->required();
  command->add_flag("--yes", flags->yes, "do it");
  return {command, [flags](Console& console) { return Run(*flags, console); }};
}

}  // namespace chipline::cli
