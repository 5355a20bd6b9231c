#include "services/cli/palette.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

// The environment is put back for the tests that follow.
class PaletteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
  }
  void TearDown() override { SetUp(); }
};

TEST_F(PaletteTest, AutoColoursTerminalsOnly) {
  EXPECT_TRUE(Palette::For(ColorMode::kAuto, true).colored());
  EXPECT_FALSE(Palette::For(ColorMode::kAuto, false).colored());
}

TEST_F(PaletteTest, NoColorAndDumbTerminalsAreHonoured) {
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(Palette::For(ColorMode::kAuto, true).colored());
  EXPECT_TRUE(Palette::For(ColorMode::kAlways, false).colored());
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(Palette::For(ColorMode::kAuto, true).colored());
}

TEST_F(PaletteTest, PaintsOrLeavesAlone) {
  EXPECT_EQ(Palette(false).Paint(Tone::kBad, "x"), "x");
  EXPECT_NE(Palette(true).Paint(Tone::kBad, "x"), "x");
  EXPECT_EQ(Palette(true).Paint(Tone::kPlain, "x"), "x");
}

}  // namespace
}  // namespace chipline::cli
