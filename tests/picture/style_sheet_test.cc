#include "services/picture/style_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <regex>
#include <string>

#include "gtest/gtest.h"

// Whether what is drawn can be told from what lies behind it, by the contrast of WCAG 2.2.
namespace chipline::picture {
namespace {

using Properties = std::map<std::string, std::string>;
using Rules = std::map<std::string, Properties>;
using Colour = std::array<double, 3>;

void AddRules(const std::string& css, Rules& rules) {
  const std::regex rule(R"re(([^{}]+)\{([^{}]*)\})re");
  const std::regex ink(R"re(\.([a-z-]+))re");
  const std::regex property(R"re(([a-z-]+): ([^;]+);)re");
  using Matches = std::sregex_iterator;
  for (auto at = Matches(css.begin(), css.end(), rule); at != Matches(); ++at) {
    const std::string inks = (*at)[1];
    const std::string body = (*at)[2];
    for (auto name = Matches(inks.begin(), inks.end(), ink); name != Matches(); ++name) {
      for (auto each = Matches(body.begin(), body.end(), property); each != Matches(); ++each) {
        rules[(*name)[1]][(*each)[1]] = (*each)[2];
      }
    }
  }
}

// Of both schemes: what the dark one does not say is as in the light one.
std::array<Rules, 2> Schemes() {
  const std::string css(StyleSheet());
  const size_t dark = css.find("@media (prefers-color-scheme: dark) {");
  Rules light;
  AddRules(css.substr(0, dark), light);
  Rules both = light;
  AddRules(css.substr(css.find('{', dark) + 1), both);
  return {light, both};
}

Colour ColourOf(const std::string& hex) {
  Colour colour{};
  for (size_t i = 0; i < 3; ++i) {
    colour[i] = std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
  }
  return colour;
}

double Luminance(const Colour& colour) {
  const auto linear = [](double part) {
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

double Contrast(const Colour& a, const Colour& b) {
  const auto [low, high] = std::minmax({Luminance(a), Luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

// A colour as it is seen over another one.
Colour Over(const Properties& properties, const std::string& what, const Colour& behind) {
  Colour colour = ColourOf(properties.at(what));
  const auto opacity = properties.find(what + "-opacity");
  const double part = opacity == properties.end() ? 1 : std::stod(opacity->second);
  for (size_t i = 0; i < 3; ++i) colour[i] = colour[i] * part + behind[i] * (1 - part);
  return colour;
}

TEST(StyleSheetTest, TextStandsOutInLightAndInDark) {
  constexpr double kText = 4.5;
  for (const Rules& scheme : Schemes()) {
    const Colour paper = ColourOf(scheme.at("paper").at("fill"));
    for (const char* ink : {"ink", "faint", "chosen", "good", "bad", "caution", "now"}) {
      EXPECT_GE(Contrast(ColourOf(scheme.at(ink).at("fill")), paper), kText) << ink;
    }
    for (const std::string state :
         {"denied", "pending", "conditional", "satisfied", "free", "unknown"}) {
      const Colour band = ColourOf(scheme.at("s-" + state).at("fill"));
      EXPECT_GE(Contrast(ColourOf(scheme.at("t-" + state).at("fill")), band), kText) << state;
      // The edge of the letters covers the pattern behind them.
      EXPECT_EQ(scheme.at("t-" + state).at("stroke"), scheme.at("s-" + state).at("fill"));
    }
  }
}

TEST(StyleSheetTest, LinesAndMarksStandOutInLightAndInDark) {
  constexpr double kGraphics = 3;
  for (const Rules& scheme : Schemes()) {
    const Colour paper = ColourOf(scheme.at("paper").at("fill"));
    for (const char* ink :
         {"axis", "today", "level", "succession", "outline", "w-chosen", "w-agrees", "w-differs",
          "w-ended", "f-chosen", "f-agrees", "f-differs", "f-ended", "key"}) {
      EXPECT_GE(Contrast(Over(scheme.at(ink), "stroke", paper), paper), kGraphics) << ink;
    }
    for (const char* ink : {"m-chosen", "m-agrees", "m-differs", "b-least"}) {
      EXPECT_GE(Contrast(Over(scheme.at(ink), "fill", paper), paper), kGraphics) << ink;
    }
  }
}

TEST(StyleSheetTest, TheDarkSchemeNamesEveryColourOfTheLightOne) {
  const std::string css(StyleSheet());
  const size_t dark = css.find("@media (prefers-color-scheme: dark) {");
  Rules in_light;
  Rules in_dark;
  AddRules(css.substr(0, dark), in_light);
  AddRules(css.substr(css.find('{', dark) + 1), in_dark);
  for (const auto& [ink, properties] : in_light) {
    for (const auto& [what, value] : properties) {
      if (!value.starts_with('#')) continue;
      EXPECT_EQ(in_dark[ink].count(what), 1U) << ink << " " << what;
    }
  }
}

}  // namespace
}  // namespace chipline::picture
