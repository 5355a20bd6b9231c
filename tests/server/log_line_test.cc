#include "services/server/log_line.h"

#include "gtest/gtest.h"

namespace chipline::server {
namespace {

TEST(LogLineTest, HasTimeLevelMessageAndFields) {
  EXPECT_EQ(FormatLogLine(absl::FromUnixMillis(1'767'225'600'123), LogLevel::kWarning, "serving",
                          {{"address", "127.0.0.1:1"}, {"cause", "two words"}}),
            "2026-01-01T00:00:00.123Z WARNING serving address=127.0.0.1:1 cause=\"two words\"\n");
}

TEST(LogLineTest, AsJsonItIsOneObjectOfStrings) {
  EXPECT_EQ(FormatJsonLogLine(absl::FromUnixMillis(1'767'225'600'123), LogLevel::kWarning,
                              "a \"b\"", {{"address", "127.0.0.1:1"}, {"cause", "\n\x1b"}}),
            R"({"time":"2026-01-01T00:00:00.123Z","level":"WARNING","message":"a \"b\"",)"
            R"("address":"127.0.0.1:1","cause":"\\n\\x1b"})"
            "\n");
}

TEST(LogLineTest, WhatCameFromOutsideCannotMakeALineOfItsOwn) {
  const std::string line =
      FormatLogLine(absl::UnixEpoch(), LogLevel::kInfo, "a\nb", {{"key", "\"\n2026 ERROR forged"}});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line, "1970-01-01T00:00:00.000Z INFO a\\nb key=\"\\\"\\n2026 ERROR forged\"\n");
}

TEST(LogLineTest, NothingDrivesTheTerminalThatShowsTheLog) {
  const std::string hostile = "a\x1b[2J\u009b\u0085\u2028\u202e\xff\\";
  EXPECT_EQ(FormatLogLine(absl::UnixEpoch(), LogLevel::kInfo, hostile, {{"sub", hostile}}),
            R"(1970-01-01T00:00:00.000Z INFO a\x1b[2J\u009b\u0085\u2028\u202e\xff\\ )"
            R"(sub="a\x1b[2J\u009b\u0085\u2028\u202e\xff\\")"
            "\n");
}

}  // namespace
}  // namespace chipline::server
