#include "services/cli/event_lines.h"

#include <unistd.h>

#include <fstream>
#include <string>

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
  EXPECT_THAT(MessageOf(event), StartsWith("f: line 3, column 45: ")) << MessageOf(event);
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

TEST(EventLinesTest, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(EventLines::Open("/nowhere/at/all").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace chipline::cli
