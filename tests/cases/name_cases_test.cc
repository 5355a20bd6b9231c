// Case 25: one company by its names in several scripts, and a wrong name undone.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cases/story.h"

namespace chipline::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kTotal2026[] = "capex/bytedance/total/2026/capex/forward";

// The plan of a company as some report writes its name.
Report PlanOf(std::string_view name, std::string_view root, std::string_view figure = "160bn") {
  Report report = Capex("nobody").Period("2026").Cny(figure).From(root).On("2025-12-23");
  v1::Ref& company = *report.event().mutable_capex_announcement()->mutable_companies(0);
  company.Clear();
  company.set_mention(std::string(name));
  return report;
}

TEST(Case25, NamesInThreeScriptsAreOneCompany) {
  Story story;
  story.Name("bytedance", "بايت دانس");
  story.Name("bytedance", "字节跳动");
  story.Tell(PlanOf("ByteDance", "ft"));
  story.Tell(PlanOf("بايت دانس", "reuters"));
  story.Tell(PlanOf("字节跳动", "scmp"));
  EXPECT_THAT(story.EntryIds(), ElementsAre(kTotal2026));
  EXPECT_EQ(story.CapexEntry(kTotal2026).independent_roots(), 3u);
}

TEST(Case25, TheArabicNameIsOneWithOtherHamzaTatweelMarksOrSpacing) {
  const std::vector<std::string> written = {
      "بايت دانس",     // as the name was learned
      "بايــت دانـس",  // tatweel
      "بَايِت دَانْس",     // marks
      "بايت  دانس",    // two spaces
      "بايتدانس",      // none
      "بأيت دانس",     // another hamza
  };
  Story story;
  story.Name("bytedance", written.front());
  for (const std::string& name : written) story.Tell(PlanOf(name, "ft"));
  EXPECT_THAT(story.EntryIds(), ElementsAre(kTotal2026));
  EXPECT_EQ(story.Entry(kTotal2026).claim_count(), written.size());
}

// A name in some script that is wrongly linked to ByteDance.
class WrongName : public ::testing::TestWithParam<const char*> {};

TEST_P(WrongName, UndoneRestoresTheEntriesOfBothByteForByte) {
  const std::string name = GetParam();
  Story story;
  story.Name("bytedance", "字节跳动");
  story.Tell(PlanOf("字节跳动", "ft"));
  story.Tell(PlanOf(name, "scmp", "90bn"));
  story.Tell(timeline::Order("trial", "bytedance", "h200").Count("20000").From("ft").On("2025-12"));
  story.Tell(timeline::Order("trial", name, "h200").Count("30000").From("ft").On("2025-12"));
  const timeline::Entries before = story.Entries();
  ASSERT_THAT(before, SizeIs(5)) << "two plans, two orders, one supply";

  const Position linked = story.Name("bytedance", name);
  const timeline::Entries wrong = story.Entries();
  EXPECT_EQ(story.EntryAt(kTotal2026, linked).claim_count(), 2u);
  EXPECT_THAT(wrong, SizeIs(3)) << "one plan, one order, one supply";

  const Position undone = story.Unname("bytedance", name);
  EXPECT_EQ(story.Entries(), before);
  // Both stay what they were, for whoever asks for the past.
  const auto snapshot = story.views().Snapshot();
  EXPECT_EQ(timeline::EntriesAt(*snapshot, linked), wrong);
  EXPECT_EQ(timeline::EntriesAt(*snapshot, linked - 1), before);
  EXPECT_EQ(timeline::EntriesAt(*snapshot, undone), before);
}

INSTANTIATE_TEST_SUITE_P(Case25, WrongName,
                         ::testing::Values("Baidu", "百度", "بايدو", "Байду", "バイドゥ",
                                           "바이두"));

}  // namespace
}  // namespace chipline::cases
