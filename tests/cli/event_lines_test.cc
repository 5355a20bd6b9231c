#include "services/cli/event_lines.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string MessageOf(const absl::StatusOr<v1::Event>& event) {
  return std::string(event.status().message());
}

TEST(ParseEventLineTest, ReadsAnEvent) {
  const auto event = ParseEventLine(R"({"eventId":"e-1","claimNotice":{"text":"x"}})", "f", 1);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->event_id(), "e-1");
  EXPECT_EQ(event->claim_notice().text(), "x");
}

TEST(ParseEventLineTest, ReadsWhatExportWrites) {
  const auto event = ParseEventLine(
      R"({"position":"7","subject":"notice.x","revision":"1","event":{"eventId":"e-1"}})", "f", 1);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->event_id(), "e-1");
}

TEST(ParseEventLineTest, MalformedJsonIsLocated) {
  const std::string line = R"({"eventId": "e-1", "claimNotice": {"text" "x"}})";
  const auto event = ParseEventLine(line, "f", 12);
  ASSERT_FALSE(event.ok());
  EXPECT_THAT(MessageOf(event), StartsWith("f: line 12, column "));
  const size_t column =
      std::stoul(MessageOf(event).substr(std::string("f: line 12, column ").size()));
  EXPECT_EQ(line.substr(column - 1, 3), R"("x")");
}

TEST(ParseEventLineTest, UnknownFieldsAreRefusedAndLocated) {
  const std::string line = R"({"eventId":"e-1","claimNotice":{"txt":"x"}})";
  const auto event = ParseEventLine(line, "f", 3);
  ASSERT_FALSE(event.ok());
  EXPECT_THAT(MessageOf(event), HasSubstr("txt"));
  EXPECT_THAT(MessageOf(event), StartsWith("f: line 3, column 33: ")) << MessageOf(event);
}

TEST(ParseEventLineTest, ValuesOfTheWrongKindAreLocated) {
  const auto event =
      ParseEventLine(R"({"usageReport":{"value":{"unit":"UNIT_CHIP","low":"many"}}})", "f", 3);
  ASSERT_FALSE(event.ok());
  EXPECT_THAT(MessageOf(event), HasSubstr("many"));
  EXPECT_THAT(MessageOf(event), StartsWith("f: line 3, column 51: ")) << MessageOf(event);
}

TEST(ParseEventLineTest, TheFirstKeySaysWhetherALineIsAnEventOrARecordedOne) {
  const std::string words = R"({"eventId":"e","labels":[{"key":"event","value":"position"}]})";
  const auto event = ParseEventLine(words, "f", 1);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->labels(0).value(), "position");
  const auto alone = ParseEventLine(R"( { "event" : {"eventId":"e"}})", "f", 1);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_EQ(alone->event_id(), "e");
  EXPECT_THAT(MessageOf(ParseEventLine(R"({"eventId":"e","position":"1"})", "f", 1)),
              HasSubstr("Event has no field position"));
  EXPECT_THAT(MessageOf(ParseEventLine(R"({"position":"1","eventId":"e"})", "f", 1)),
              HasSubstr("RecordedEvent has no field eventId"));
}

TEST(EventLinesTest, NumbersLinesAndPassesOverBlankOnes) {
  const std::string path = ::testing::TempDir() + "/event_lines_test_" + std::to_string(getpid());
  std::ofstream(path)
      << "{\"eventId\":\"a\"}\r\n\n  \n{\"eventId\":\"b\"}\nnonsense\n{\"eventId\":\"c\"}";
  auto lines = EventLines::Open(path);
  ASSERT_TRUE(lines.ok());
  EXPECT_GT(lines->total_bytes(), 0U);
  std::string seen;
  while (auto line = lines->Next()) {
    seen += std::to_string(line->number) + (line->event.ok() ? line->event->event_id() : "!") + " ";
  }
  EXPECT_EQ(seen, "1a 4b 5! 6c ");
}

// Lines are parsed many at a time; each is still what it is alone, whatever stands around it.
TEST(EventLinesTest, LinesThatWouldFitTogetherAreStillLinesOfTheirOwn) {
  const std::vector<std::string> odd = {
      R"({"eventId":"1"},{"eventId":"2"})",
      R"({"claimNotice":{"text":"[)",
      R"("}})",
      R"(]},{"events":[)",
      R"({"eventId":"5"}})",
      R"([{"eventId":"6"}])",
      R"({'eventId':'7'})",
      R"({"claimNotice":{"text":"\"}},{"eventId":"8"})",
      R"({"eventId":"9",})",
      R"({"event":{"eventId":"10"},"position":"4"})",
      R"({"event":{"eventId":"11"}})",
      R"({"position":"12"})",
      R"({"eventId":"13","claimNotice":{"text":"the \"event\" has no \"position\""}})",
      "{}",
      "{",
      "}",
      "\\",
      "\"",
  };
  // Around each the well ones of its group, and all odd ones in one group as well.
  std::string text;
  for (const std::string& line : odd) {
    text += "{\"eventId\":\"well\"}\n" + line + "\n";
    for (int i = 0; i < 70; ++i) text += "{\"eventId\":\"well\"}\n";
  }
  for (const std::string& line : odd) text += line + "\n";
  // And among recorded ones.
  const std::string recorded = "{\"event\":{\"eventId\":\"well\"},\"position\":\"1\"}\n";
  for (const std::string& line : odd) {
    for (int i = 0; i < 130; ++i) text += recorded;
    text += line + "\n";
  }
  const std::string path = ::testing::TempDir() + "/event_lines_odd_" + std::to_string(getpid());
  std::ofstream(path) << text;
  auto lines = EventLines::Open(path);
  ASSERT_TRUE(lines.ok());
  std::istringstream alone(text);
  uint64_t number = 0;
  for (std::string line; std::getline(alone, line);) {
    ++number;
    const auto read = lines->Next();
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->number, number);
    const auto expected = ParseEventLine(line, path, number);
    ASSERT_EQ(read->event.status(), expected.status()) << line;
    if (expected.ok()) {
      EXPECT_EQ(read->event->SerializeAsString(), expected->SerializeAsString()) << line;
    }
  }
  EXPECT_FALSE(lines->Next().has_value());
}

TEST(EventLinesTest, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(EventLines::Open("/nowhere/at/all").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace chipline::cli
