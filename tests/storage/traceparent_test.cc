#include "storage/traceparent.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace chipline::storage {
namespace {

constexpr std::string_view kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceparentTest, OneOfVersion00IsKeptAsItIs) {
  const Traceparent trace = Traceparent::Parse(kTrace);
  EXPECT_FALSE(trace.empty());
  EXPECT_EQ(trace.text(), kTrace);
  EXPECT_EQ(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceparentTest, AnyOtherByteAnywhereMakesItNone) {
  for (size_t at = 0; at < kTrace.size(); ++at) {
    for (const char wrong : std::string_view("gAF-/:`@ \"\n\0\xff", 13)) {
      if (kTrace[at] == wrong) continue;
      std::string text(kTrace);
      text[at] = wrong;
      EXPECT_TRUE(Traceparent::Parse(text).empty()) << text;
    }
  }
}

TEST(TraceparentTest, NoOtherLengthOrVersionIsTaken) {
  for (size_t size = 0; size < kTrace.size(); ++size) {
    EXPECT_TRUE(Traceparent::Parse(kTrace.substr(0, size)).empty()) << size;
  }
  EXPECT_TRUE(Traceparent::Parse(std::string(kTrace) + "-").empty());
  for (const char* version : {"01", "0f", "ff"}) {
    EXPECT_TRUE(Traceparent::Parse(version + std::string(kTrace.substr(2))).empty()) << version;
  }
}

TEST(TraceparentTest, AnIdOfZerosIsNone) {
  EXPECT_TRUE(
      Traceparent::Parse("00-00000000000000000000000000000000-00f067aa0ba902b7-01").empty());
  EXPECT_TRUE(
      Traceparent::Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01").empty());
  EXPECT_EQ(Traceparent().trace_id(), "");
  EXPECT_EQ(Traceparent().text(), "");
}

}  // namespace
}  // namespace chipline::storage
