#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/picture/picture.h"
#include "tests/picture/drawn.h"
#include "tests/picture/hard_entries.h"

// Where things lie, in every kind of picture and with what is hard to draw.
namespace chipline::picture {
namespace {

std::string Place(const Box& box) {
  return "(" + Number(box.x) + " " + Number(box.y) + " to " + Number(box.right()) + " " +
         Number(box.bottom()) + ")";
}

TEST(LayoutTest, NoTextLiesOnAnother) {
  for (const HardCase& each : HardCases()) {
    Drawn drawn = ReadPicture(Draw(each.subject));
    ASSERT_FALSE(drawn.texts.empty());
    std::sort(drawn.texts.begin(), drawn.texts.end(),
              [](const DrawnText& a, const DrawnText& b) { return a.box.y < b.box.y; });
    for (size_t i = 0; i < drawn.texts.size(); ++i) {
      for (size_t j = i + 1; j < drawn.texts.size(); ++j) {
        const DrawnText& a = drawn.texts[i];
        const DrawnText& b = drawn.texts[j];
        if (b.box.y > a.box.bottom()) break;
        EXPECT_FALSE(Overlap(a.box, b.box))
            << each.name << ": \"" << a.text << "\" " << Place(a.box) << " and \"" << b.text
            << "\" " << Place(b.box);
      }
    }
  }
}

TEST(LayoutTest, EveryTextIsOnThePage) {
  for (const HardCase& each : HardCases()) {
    const Drawn drawn = ReadPicture(Draw(each.subject));
    for (const DrawnText& text : drawn.texts) {
      const bool inside = text.box.x >= 4 && text.box.right() <= drawn.width - 4 &&
                          text.box.y >= 0 && text.box.bottom() <= drawn.height;
      EXPECT_TRUE(inside) << each.name << ": \"" << text.text << "\" " << Place(text.box);
    }
  }
}

// A number in a circle, which hides the line of today behind it.
bool InCircle(const DrawnText& text, const Drawn& drawn) {
  return std::any_of(drawn.marks.begin(), drawn.marks.end(), [&](const DrawnMark& mark) {
    return mark.ink == "key" && Overlap(mark.box, text.box);
  });
}

TEST(LayoutTest, NoMarkLiesOnAText) {
  const std::set<std::string> marks = {"m-chosen", "m-agrees",   "m-differs", "m-ended", "f-chosen",
                                       "f-agrees", "f-differs",  "f-ended",   "halo",    "b-count",
                                       "b-short",  "b-forecast", "b-least",   "outline", "today"};
  for (const HardCase& each : HardCases()) {
    const Drawn drawn = ReadPicture(Draw(each.subject));
    for (const DrawnMark& mark : drawn.marks) {
      if (marks.count(mark.ink) == 0) continue;
      for (const DrawnText& text : drawn.texts) {
        // Words on bands are drawn over the line of today, with an edge of the band's colour.
        if (text.ink.starts_with("t-") || !Overlap(mark.box, text.box)) continue;
        EXPECT_TRUE(InCircle(text, drawn))
            << each.name << ": " << mark.ink << " " << Place(mark.box) << " and \"" << text.text
            << "\" " << Place(text.box);
      }
    }
  }
}

TEST(NamesTest, NoIdIsDrawnWhereANameIsKnown) {
  const std::regex id(R"re(\b(acme|nvidia|paper|h200|us|cn)\b)re");
  const std::regex on_purpose(R"re(order\.acme\.[x.]*)re");
  for (const HardCase& each : HardCases()) {
    const std::string svg = Draw(each.subject);
    const std::string drawn = std::regex_replace(svg.substr(svg.find("</defs>")), on_purpose, "");
    std::smatch found;
    // Inks are no text.
    const std::string texts = std::regex_replace(drawn, std::regex("class=\"[^\"]*\""), "");
    EXPECT_FALSE(std::regex_search(texts, found, id)) << each.name << ": " << found.str();
  }
}

// What each ink means, in the words of the key; several words are alternatives.
const std::map<std::string, std::vector<std::string>>& Meanings() {
  static const auto* const meanings = new std::map<std::string, std::vector<std::string>>{
      {"halo", {"selected"}},
      {"m-agrees", {"agrees"}},
      {"f-agrees", {"agrees"}},
      {"w-agrees", {"agrees"}},
      {"w-differs", {"does not agree"}},
      {"f-differs", {"does not agree"}},
      {"f-chosen", {"forecast"}},
      {"level", {"level of the selected", "from one reading to the next"}},
      {"succession", {"took its place"}},
      {"envelope", {"all that standing claims allow"}},
      {"b-count", {"count"}},
      {"b-short", {"missing"}},
      {"b-forecast", {"forecast"}},
      {"w-ended open", {"no count", "at some time in this span", "about", "stands no more"}},
      {"w-chosen open", {"about"}},
      {"s-denied", {"denied · blocked"}},
      {"s-pending", {"pending · waiting"}},
      {"s-conditional", {"conditional · cleared if"}},
      {"s-satisfied", {"satisfied · cleared"}},
      {"s-free", {"not required"}},
      {"s-unknown", {"unknown", "day of change not known"}},
  };
  return *meanings;
}

TEST(LegendTest, ExplainsWhatIsDrawnAndNothingElse) {
  for (const HardCase& each : HardCases()) {
    const Drawn drawn = ReadPicture(Draw(each.subject));
    std::set<std::string> in_legend;
    std::set<std::string> in_panels;
    for (const DrawnMark& mark : drawn.marks) {
      (mark.in_legend ? in_legend : in_panels).insert(mark.ink);
    }
    std::set<std::string> words;
    for (const DrawnText& text : drawn.texts) words.insert(text.text);
    for (const auto& [ink, meanings] : Meanings()) {
      if (in_panels.count(ink) > 0) {
        EXPECT_TRUE(std::any_of(meanings.begin(), meanings.end(),
                                [&](const std::string& word) { return words.count(word) > 0; }))
            << each.name << ": nothing explains " << ink;
      }
      // Ended, open and about are shown in grey, whatever they are of.
      if (ink != "w-ended open" && in_legend.count(ink) > 0) {
        EXPECT_EQ(in_panels.count(ink), 1U) << each.name << ": the key has " << ink;
      }
    }
  }
}

}  // namespace
}  // namespace chipline::picture
