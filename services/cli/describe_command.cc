#include <string>

#include "google/protobuf/struct.pb.h"

#include "CLI/CLI.hpp"
#include "services/cli/commands.h"

namespace chipline::cli {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;

void Set(Struct& object, const char* name, const std::string& value) {
  if (!value.empty()) (*object.mutable_fields())[name].set_string_value(value);
}

void Set(Struct& object, const char* name, bool value) {
  (*object.mutable_fields())[name].set_bool_value(value);
}

ListValue& List(Struct& object, const char* name) {
  return *(*object.mutable_fields())[name].mutable_list_value();
}

void DescribeOption(const CLI::Option& option, Struct& object) {
  ListValue& names = List(object, "names");
  for (const std::string& name : option.get_snames())
    names.add_values()->set_string_value("-" + name);
  for (const std::string& name : option.get_lnames())
    names.add_values()->set_string_value("--" + name);
  if (option.get_positional()) Set(object, "positional", option.get_name(true));
  Set(object, "description", option.get_description());
  // As --help has it: type, default and variable of the environment.
  Set(object, "words", CLI::Formatter().make_option_opts(&option));
  Set(object, "environment", option.get_envname());
  // With {…} where only some values are taken.
  Set(object, "type", option.get_type_name());
  Set(object, "group", option.get_group());
  Set(object, "takes_value", option.get_items_expected_max() > 0);
  Set(object, "repeats", option.get_items_expected_max() > 1);
  Set(object, "required", option.get_required());
}

void DescribeOptions(const CLI::App& app, ListValue& options) {
  for (const CLI::Option* option : app.get_options()) {
    // What is in no group is hidden.
    if (option->get_group().empty()) continue;
    DescribeOption(*option, *options.add_values()->mutable_struct_value());
  }
  // A subcommand without a name is a group of options.
  for (const CLI::App* each : app.get_subcommands({})) {
    if (each->get_name().empty()) DescribeOptions(*each, options);
  }
}

void DescribeApp(const CLI::App& app, Struct& object) {
  Set(object, "name", app.get_name());
  Set(object, "description", app.get_description());
  Set(object, "footer", app.get_footer());
  DescribeOptions(app, List(object, "options"));
  ListValue& subcommands = List(object, "subcommands");
  for (const CLI::App* each : app.get_subcommands({})) {
    if (each->get_name().empty() || each->get_group().empty()) continue;
    DescribeApp(*each, *subcommands.add_values()->mutable_struct_value());
  }
}

}  // namespace

Command AddDescribeCommand(CLI::App& root) {
  CLI::App* command = root.add_subcommand("describe", "Print the command line as JSON");
  command->group("");
  return {command, [&root](Console& console) {
            Struct described;
            DescribeApp(root, described);
            console.PrintJson(described);
            return ExitCode::kDone;
          }};
}

}  // namespace chipline::cli
