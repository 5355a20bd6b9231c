#include "services/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "CLI/CLI.hpp"

namespace chipline::cli {
namespace {

// How many letters must be put in, taken out or changed (Levenshtein).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool TakesValue(const CLI::App* app, const std::string& flag) {
  for (; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(flag);
    if (option != nullptr) return option->get_items_expected_max() > 0;
  }
  return false;
}

std::vector<const CLI::App*> SubcommandsOf(const CLI::App& app) {
  // Groups of options are subcommands without a name.
  return app.get_subcommands([](const CLI::App* each) { return !each->get_name().empty(); });
}

std::string Sentence(const CLI::App& app, const std::string& word) {
  std::string all;
  std::string nearest;
  // Further away it is another word, not a slip.
  size_t distance = 3;
  for (const CLI::App* sub : SubcommandsOf(app)) {
    const std::string& name = sub->get_name();
    all += (all.empty() ? "" : ", ") + name;
    if (const size_t off = Distance(word, name); off < distance) {
      distance = off;
      nearest = name;
    }
  }
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

bool AsksForJson(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) return true;
  const char* set = std::getenv("CHIPLINE_JSON");
  constexpr std::array<std::string_view, 4> kYes = {"true", "on", "yes", "1"};
  return set != nullptr && std::find(kYes.begin(), kYes.end(), std::string_view(set)) != kYes.end();
}

}  // namespace chipline::cli
