#include "services/cli/flags.h"

#include <regex>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "CLI/CLI.hpp"
#include "services/cli/command_line.h"

namespace chipline::cli {
namespace {

TEST(ParseTimeFlagTest, TakesDaysAndInstants) {
  EXPECT_EQ(ParseTimeFlag("2026-01-15")->seconds(), 1'768'435'200);
  const auto instant = ParseTimeFlag("2026-01-15T10:20:30.5Z");
  ASSERT_TRUE(instant.ok());
  EXPECT_EQ(instant->seconds(), 1'768'472'430);
  EXPECT_EQ(instant->nanos(), 500'000'000);
  EXPECT_FALSE(ParseTimeFlag("yesterday").ok());
}

TEST(FilterFlagsTest, RepeatsAndCommasAddUp) {
  CLI::App app;
  FilterFlags flags;
  AddFilterFlags(app, flags);
  app.parse("--type chip-order,usage-report --type alias-change --company a --company b");
  const v1::Filter filter = ToFilter(flags);
  EXPECT_THAT(filter.event_types(),
              ::testing::ElementsAre(v1::EVENT_TYPE_CHIP_ORDER, v1::EVENT_TYPE_USAGE_REPORT,
                                     v1::EVENT_TYPE_ALIAS_CHANGE));
  EXPECT_THAT(filter.companies(), ::testing::ElementsAre("a", "b"));
}

// Every option that takes a value tells its default in --help.
void ExpectDefaults(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_single_name();
    if (option->get_lnames().empty() || option->get_group().empty()) continue;
    if (name == "help" || name == "version" || option->get_required()) continue;
    const bool told = option->get_description().find('[') != std::string::npos ||
                      !option->get_default_str().empty() || !option->get_option_text().empty();
    EXPECT_TRUE(told) << app.get_name() << " --" << name;
  }
  for (const CLI::App* inner : app.get_subcommands({})) ExpectDefaults(*inner);
}

TEST(HelpTest, EveryOptionNamesItsDefault) {
  CLI::App root;
  CommonOptions options;
  BuildCommandLine(root, options);
  ExpectDefaults(root);
}

TEST(HelpTest, VariablesOfTheEnvironmentAreNamedAndDistinct) {
  CLI::App root;
  CommonOptions options;
  BuildCommandLine(root, options);
  std::set<std::string> names;
  for (const CLI::App* command : root.get_subcommands({})) {
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_envname().empty()) continue;
      EXPECT_THAT(option->get_envname(), ::testing::StartsWith("CHIPLINE_"));
      EXPECT_TRUE(names.insert(option->get_envname()).second) << option->get_envname();
    }
  }
  EXPECT_TRUE(names.count("CHIPLINE_SERVE_DATA") == 1);
}

}  // namespace
}  // namespace chipline::cli
