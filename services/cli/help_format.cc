#include "services/cli/help_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace chipline::cli {
namespace {

using Options = std::vector<const CLI::Option*>;

Options Of(const CLI::App& app, const std::string& group) {
  return app.get_options([&](const CLI::Option* option) {
    return option->get_group() == group && option->nonpositional() && option != app.get_help_ptr();
  });
}

bool IsRoot(const CLI::App& app) { return app.get_parent() == nullptr; }

// What CLI11 has after the kind of a value: TIME, {auto,never}, INT in [1 - 256].
std::string LimitOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t colon = type.find(':');
  return colon == std::string::npos ? "" : type.substr(colon + 1);
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.find_first_of("{[ ") == std::string_view::npos;
}

std::string NamesOf(const std::set<CLI::Option*>& options) {
  std::string names;
  for (const CLI::Option* option : options) {
    names += (names.empty() ? "" : ", ") + option->get_name(false, false);
  }
  return names;
}

// The values that it takes, in words that can be broken into lines.
std::string LimitWords(const std::string& limit) {
  if (limit.empty() || IsWord(limit)) return "";
  std::string words;
  const bool choice = limit.front() == '{';
  const size_t bracket = limit.find('[');
  if (!choice && bracket == std::string::npos) return "";
  for (const char c : choice ? limit : limit.substr(bracket)) {
    if (c == ',') {
      words += ", ";
    } else if (c != '{' && c != '}' && c != '[' && c != ']') {
      words += c;
    }
  }
  if (choice) return "one of " + words;
  const size_t dash = words.find(" - ");
  return dash == std::string::npos ? words : words.replace(dash, 3, " to ");
}

}  // namespace

std::string HelpFormat::make_help(const CLI::App* app, std::string name,
                                  CLI::AppFormatMode mode) const {
  std::string text =
      make_description(app) + make_usage(app, std::move(name)) + make_positionals(app);
  for (const std::string& group : app->get_groups()) {
    Options options = Of(*app, group);
    // Of all subcommands only the program itself says how to ask for help.
    if (IsRoot(*app) && group == "Options") options.insert(options.begin(), app->get_help_ptr());
    if (!group.empty() && !options.empty()) text += make_group(group, false, options);
  }
  text += make_subcommands(app, mode);
  if (!IsRoot(*app) && !IsRoot(*app->get_parent())) {
    // They are taken after the inner subcommand as well.
    const CLI::App& around = *app->get_parent();
    const Options outer = Of(around, "Options");
    const std::string title = "Options of every chipline " + around.get_name();
    if (!outer.empty()) text += make_group(title, false, outer);
  }
  return text + "\n" + make_footer(app);
}

std::string HelpFormat::make_positionals(const CLI::App* app) const {
  const Options options = app->get_options([](const CLI::Option* option) {
    // One with a name of its own as well is shown by that.
    return !option->get_group().empty() && option->get_positional() && !option->nonpositional();
  });
  return options.empty() ? "" : make_group("Arguments", true, options);
}

std::string HelpFormat::make_expanded(const CLI::App* group) const {
  std::string text = fmt::format("\n{}, {}:\n", group->get_group(), group->get_description());
  for (const CLI::Option* option : Of(*group, "Options")) text += make_option(option, false);
  return text;
}

std::string HelpFormat::make_footer(const CLI::App* app) const {
  const std::string footer = app->get_footer();
  if (IsRoot(*app)) return footer + "\n";
  std::string text;
  // Without one of its own it has that of what is around it.
  if (footer != app->get_parent()->get_footer()) text += footer + "\n";
  return text +
         "chipline --help has the options of all subcommands (--server, --json, ...), their "
         "variables and the exit codes.\n";
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  // Two spaces stand before what describes it; CLI11 leaves one, or none.
  constexpr size_t kColumn = 30;
  std::string text = "  " + make_option_name(option, is_positional) + make_option_opts(option);
  if (text.size() + 2 > kColumn) {
    text += "\n" + std::string(kColumn, ' ');
  } else {
    text.resize(kColumn, ' ');
  }
  return text + make_option_desc(option) + "\n";
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  // Without the variable, of which `chipline --help` says how it is called.
  if (!option->get_option_text().empty()) {
    return " " + option->get_option_text().substr(0, option->get_option_text().find(" (Env:"));
  }
  if (option->get_type_size() == 0) return "";
  const std::string type = option->get_type_name();
  const std::string limit = LimitOf(*option);
  std::string text = " " + (IsWord(limit) ? limit : type.substr(0, type.find(':')));
  if (!option->get_default_str().empty()) text += "=" + option->get_default_str();
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += " ...";
  if (option->get_required()) text += " REQUIRED";
  return text;
}

std::string HelpFormat::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  std::string more = LimitWords(LimitOf(*option));
  const auto add = [&](std::string_view words, const std::set<CLI::Option*>& options) {
    if (!options.empty()) {
      more += fmt::format("{}{} {}", more.empty() ? "" : "; ", words, NamesOf(options));
    }
  };
  add("with", option->get_needs());
  add("not with", option->get_excludes());
  if (more.empty()) return text;
  // Before the default that stands at the end.
  const size_t end = text.ends_with(']') ? text.rfind(" [") : text.size();
  return text.insert(std::min(end, text.size()), fmt::format(" ({})", more));
}

}  // namespace chipline::cli
