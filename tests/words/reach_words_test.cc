#include "services/words/reach_words.h"

#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace chipline {
namespace {

// Each kind writes in its own way, so that a test sees which one an id was taken for.
EntityWords Marked() {
  EntityWords words;
  words.company = [](std::string_view id) { return "C:" + std::string(id); };
  words.chip = [](std::string_view id) { return "H:" + std::string(id); };
  words.place = [](std::string_view id) { return "P:" + std::string(id); };
  words.quoted = [](std::string_view text) { return "Q:" + std::string(text); };
  return words;
}

// With a value in every field, so that a sentence shows those that it names.
v1::ReachCondition Full(v1::ReachKind kind) {
  v1::ReachCondition condition;
  condition.set_kind(kind);
  condition.set_company("tencent");
  condition.set_of_company("inspur");
  condition.set_chip("hopper");
  condition.set_of_chip("h200");
  condition.set_place("sg");
  condition.set_of_place("asean");
  condition.set_words("fast chips");
  condition.set_count(1200);
  condition.set_entry_id("rule/h100/cn/us/export");
  return condition;
}

struct Case {
  v1::ReachKind kind;
  std::string applies;
  std::string unless;
};

TEST(ReachWordsTest, EachConditionIsSaidBothWaysWithTheReadersNames) {
  const Case cases[] = {
      {v1::REACH_KIND_CHIP_IS_MEANT, "H:hopper is meant by \"Q:fast chips\"",
       "H:hopper is not meant by \"Q:fast chips\""},
      {v1::REACH_KIND_CHIP_IS_WORDED, "H:hopper is among the chips that it words",
       "H:hopper is not among the chips that it words"},
      {v1::REACH_KIND_CHIP_IS_OF, "H:hopper is H:h200", "H:hopper is not H:h200"},
      {v1::REACH_KIND_CHIP_INCLUDES, "H:hopper has H:h200 in it", "H:hopper has no H:h200 in it"},
      {v1::REACH_KIND_PLACES_ARE_WORDED, "the places that it words are where they go",
       "the places that it words are not where they go"},
      {v1::REACH_KIND_GOES_TO, "the chips go to P:sg", "they do not go to P:sg"},
      {v1::REACH_KIND_PLACE_IS_WORDED, "P:sg is among the places that it words",
       "P:sg is not among the places that it words"},
      {v1::REACH_KIND_PLACE_IS_MEANT, "P:sg is meant by \"Q:fast chips\"",
       "P:sg is not meant by \"Q:fast chips\""},
      {v1::REACH_KIND_PLACE_IS_IN, "P:sg is in P:asean", "P:sg is not in P:asean"},
      {v1::REACH_KIND_BUYER_IS, "the buyer is C:inspur", "the buyer is not C:inspur"},
      {v1::REACH_KIND_BUYER_INCLUDES, "C:tencent includes C:inspur",
       "C:tencent does not include C:inspur"},
      {v1::REACH_KIND_BUYER_IS_ONE_OF, "C:tencent is one of C:inspur",
       "C:tencent is not one of C:inspur"},
      {v1::REACH_KIND_BUYER_IS_LEFT_OUT,
       "C:tencent is among the 1,200 buyers that are left out here",
       "C:tencent is not among the 1,200 buyers that are left out here"},
      {v1::REACH_KIND_SEAT_IS_IN, "C:tencent has its seat in P:sg",
       "the seat of C:tencent is not P:sg"},
      {v1::REACH_KIND_PURPOSE_IS, "the purpose is \"Q:fast chips\"",
       "the purpose is not \"Q:fast chips\""},
      {v1::REACH_KIND_COVERS_EARLIER, "the rule covers orders placed before it",
       "it does not cover orders placed before it"},
      {v1::REACH_KIND_LEFT_OUT_COVERS, "what rule/h100/cn/us/export leaves out covers it",
       "what rule/h100/cn/us/export leaves out does not cover it"},
  };
  // But for the unspecified one.
  EXPECT_EQ(std::size(cases) + 1, static_cast<size_t>(v1::ReachKind_ARRAYSIZE));
  for (const Case& each : cases) {
    AppliesIfList any;
    *any.Add()->add_all() = Full(each.kind);
    EXPECT_EQ(AppliesIfWords(any, Marked()), each.applies);
    EXPECT_EQ(AppliesUnlessWords(any, Marked()), each.unless);
  }
}

TEST(ReachWordsTest, AllOfOneWayHoldTogetherAndAnyWayWillDo) {
  AppliesIfList any;
  v1::AppliesIf& first = *any.Add();
  *first.add_all() = Full(v1::REACH_KIND_GOES_TO);
  v1::ReachCondition& seat = *first.add_all();
  seat = Full(v1::REACH_KIND_SEAT_IS_IN);
  seat.clear_company();
  v1::ReachCondition& buyer = *any.Add()->add_all();
  buyer = Full(v1::REACH_KIND_BUYER_IS);
  buyer.set_or_others(true);
  EXPECT_EQ(AppliesIfWords(any),
            "the chips go to sg and the buyer has its seat in sg, or the buyer is inspur or "
            "another buyer that it names");
  EXPECT_EQ(AppliesUnlessWords(any),
            "they do not go to sg, or the seat of the buyer is not sg, and the buyer is not inspur "
            "or another buyer that it names");
  EXPECT_EQ(AppliesIfWords({}), "");
}

}  // namespace
}  // namespace chipline
