#include "services/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "CLI/CLI.hpp"
#include "services/cli/nearest.h"

namespace chipline::cli {
namespace {

bool TakesValue(const CLI::App* app, const std::string& flag) {
  for (; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(flag);
    if (option != nullptr) return option->get_items_expected_max() > 0;
  }
  return false;
}

std::vector<const CLI::App*> SubcommandsOf(const CLI::App& app) {
  // Groups of options are subcommands without a name, and a hidden subcommand is in no group.
  return app.get_subcommands(
      [](const CLI::App* each) { return !each->get_name().empty() && !each->get_group().empty(); });
}

// Of the app and of its groups of options.
void AddOptionNames(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* each : app.get_subcommands({})) {
    if (each->get_name().empty()) AddOptionNames(*each, names);
  }
}

std::string Sentence(const CLI::App& app, const std::string& word) {
  std::string all;
  std::vector<std::string> names;
  for (const CLI::App* sub : SubcommandsOf(app)) {
    names.push_back(sub->get_name());
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = Nearest(word, names);
  const std::string of = app.get_parent() == nullptr ? "" : " of " + app.get_name();
  return nearest.empty() ? fmt::format("{} is no subcommand{}; there are {}", word, of, all)
                         : fmt::format("{} is no subcommand{}; did you mean {}? There are {}", word,
                                       of, nearest, all);
}

}  // namespace

std::vector<std::string> WithHelpInWords(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments[0] != "help") return arguments;
  arguments.erase(arguments.begin());
  arguments.push_back("--help");
  return arguments;
}

std::string UnknownSubcommand(const CLI::App& root, const std::vector<std::string>& arguments) {
  const CLI::App* app = &root;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word.starts_with('-')) {
      if (word.find('=') == std::string::npos && TakesValue(app, word)) ++i;
      continue;
    }
    const std::vector<const CLI::App*> subs = SubcommandsOf(*app);
    const auto sub = std::find_if(subs.begin(), subs.end(),
                                  [&](const CLI::App* each) { return each->get_name() == word; });
    if (sub == subs.end()) return Sentence(*app, word);
    app = *sub;
    if (SubcommandsOf(*app).empty()) return "";
  }
  return "";
}

std::string UnexpectedWords(const CLI::App& root) {
  std::string text;
  std::string first;
  for (const std::string& word : root.remaining(true)) {
    text += " " + word;
    if (first.empty() && word.starts_with("--")) first = word.substr(0, word.find('='));
  }
  std::vector<std::string> names;
  for (const CLI::App* app = &root; app != nullptr;) {
    AddOptionNames(*app, names);
    const std::vector<CLI::App*> parsed = app->get_subcommands();
    app = parsed.empty() ? nullptr : parsed.front();
  }
  const std::string nearest = first.empty() ? "" : Nearest(first, names);
  return fmt::format("not expected:{}{}", text,
                     nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
}

bool AsksForJson(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) return true;
  const char* set = std::getenv("CHIPLINE_JSON");
  constexpr std::array<std::string_view, 4> kYes = {"true", "on", "yes", "1"};
  return set != nullptr && std::find(kYes.begin(), kYes.end(), std::string_view(set)) != kYes.end();
}

}  // namespace chipline::cli
