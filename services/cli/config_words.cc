#include "services/cli/config_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/cli/nearest.h"

namespace chipline::cli {
namespace {

// What the library calls the begin and the end of a section.
constexpr char kBegin[] = "++";
constexpr char kEnd[] = "--";

bool HasOption(const CLI::App& app, const std::string& name) {
  return app.get_option_no_throw("--" + name) != nullptr;
}

const CLI::App* FindSubcommand(const CLI::App& app, const std::string& name) {
  const auto found = app.get_subcommands(
      [&](const CLI::App* each) { return !each->get_name().empty() && each->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  return names;
}

bool LooksLikeName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

// For a name that is an option, but of another section.
std::string RightPlace(const CLI::App& root, const CLI::App& section, const std::string& name) {
  if (&section != &root && HasOption(root, name)) {
    return fmt::format("{} stands before the first [section]", name);
  }
  for (const CLI::App* each : root.get_subcommands({})) {
    if (each != &section && HasOption(*each, name)) {
      return fmt::format("{} is an option of [{}]", name, each->get_name());
    }
  }
  return "";
}

// What is wrong with a setting; empty if nothing.
std::string Fault(const CLI::App& root, const CLI::ConfigItem& item) {
  const CLI::App* app = &root;
  for (const std::string& parent : item.parents) {
    app = FindSubcommand(*app, parent);
    if (app == nullptr) {
      return fmt::format("[{}] is no subcommand", fmt::join(item.parents, "."));
    }
  }
  if (item.name == kBegin || item.name == kEnd || HasOption(*app, item.name)) return "";
  if (!LooksLikeName(item.name)) {
    return fmt::format("\"{}\" is neither NAME = VALUE nor [SUBCOMMAND]", item.name);
  }
  const std::string where = app == &root ? "" : fmt::format("[{}] ", app->get_name());
  std::string fault = fmt::format("{}{} is no option", where, item.name);
  const std::string nearest = Nearest(item.name, OptionNames(*app));
  if (!nearest.empty()) return fmt::format("{} (did you mean {}?)", fault, nearest);
  const std::string place = RightPlace(root, *app, item.name);
  return place.empty() ? fault : fmt::format("{} ({})", fault, place);
}

// The configuration file that was named; empty if none was.
std::string FileOf(const CLI::App& root) {
  const CLI::Option* config = root.get_config_ptr();
  if (config == nullptr) return "";
  const auto files = config->as<std::vector<std::string>>();
  return files.empty() ? "" : files.front();
}

// "FILE: what is wrong; what else", by what `fault` says of each setting. Empty if it says nothing,
// or if the file cannot be read, which is told elsewhere.
std::string Faults(const CLI::App& root,
                   const std::function<std::string(const CLI::ConfigItem&)>& fault) {
  const std::string file = FileOf(root);
  if (file.empty()) return "";
  std::vector<std::string> faults;
  try {
    for (const CLI::ConfigItem& item : root.get_config_formatter()->from_file(file)) {
      const std::string found = fault(item);
      // A section has a begin and settings, and may be told once.
      if (!found.empty() && std::find(faults.begin(), faults.end(), found) == faults.end()) {
        faults.push_back(found);
      }
    }
  } catch (const CLI::Error&) {
    return "";
  }
  return faults.empty() ? "" : fmt::format("{}: {}", file, fmt::join(faults, "; "));
}

}  // namespace

std::string UnknownSettings(const CLI::App& root) {
  return Faults(root, [&](const CLI::ConfigItem& item) { return Fault(root, item); });
}

std::string RepeatedSettings(const CLI::App& root) {
  std::set<std::string> seen;
  return Faults(root, [&](const CLI::ConfigItem& item) {
    if (item.name == kBegin || item.name == kEnd || seen.insert(item.fullname()).second) {
      return std::string();
    }
    const std::string where =
        item.parents.empty() ? "" : fmt::format("[{}] ", fmt::join(item.parents, "."));
    return fmt::format("{}{} is set twice", where, item.name);
  });
}

}  // namespace chipline::cli
