#include "services/words/reach_words.h"

#include <string>

#include "gtest/gtest.h"

namespace chipline {
namespace {

// Each kind writes in its own way, so that a test sees which one an id was taken for.
EntityWords Marked() {
  EntityWords words;
  words.company = [](std::string_view id) { return "C:" + std::string(id); };
  words.chip = [](std::string_view id) {
    return id == "sg" ? std::string(id) : "H:" + std::string(id);
  };
  words.place = [](std::string_view id) { return "P:" + std::string(id); };
  return words;
}

TEST(ReachWordsTest, AnIdIsWrittenWhereTheSentenceSaysThatItIsOne) {
  const auto named = [](std::string_view sentence) { return WithNames(sentence, Marked()); };
  EXPECT_EQ(named("A rule may apply, unless they do not go to cn. 4 more may apply."),
            "A rule may apply, unless they do not go to P:cn. 4 more may apply.");
  EXPECT_EQ(named("they do not go to my, or the seat of nettrix is not cn"),
            "they do not go to P:my, or the seat of C:nettrix is not P:cn");
  EXPECT_EQ(named("the seat of the buyer is not cn"), "the seat of the buyer is not P:cn");
  EXPECT_EQ(named("It passes only if h20 is not meant by \"chips\"."),
            "It passes only if H:h20 is not meant by \"chips\".");
  EXPECT_EQ(named("sg is not meant by \"Asia\""), "P:sg is not meant by \"Asia\"");
  EXPECT_EQ(named("hopper has no h200 in it"), "H:hopper has no H:h200 in it");
  EXPECT_EQ(named("sg is not in asean, and the buyer is not inspur or another buyer that it names"),
            "P:sg is not in P:asean, and the buyer is not C:inspur or another buyer that it names");
  EXPECT_EQ(named("groups does not include inspur, or tencent is not one of chinesecompanies"),
            "C:groups does not include C:inspur, or C:tencent is not one of C:chinesecompanies");
  EXPECT_EQ(named("It is reported to go to cn and to sg, and the rules differ."),
            "It is reported to go to P:cn and to P:sg, and the rules differ.");
  EXPECT_EQ(named("Reports contradict each other on where it goes: cn, sg."),
            "Reports contradict each other on where it goes: P:cn, P:sg.");
  EXPECT_EQ(named("us export: The only claim."), "P:us export: The only claim.");
  EXPECT_EQ(named("Decided by us/export/h20 (DENIED), cn/import."),
            "Decided by P:us export of H:h20 (DENIED), P:cn import.");
  EXPECT_EQ(named("gates[us/export/h20]"), "gates[P:us export of H:h20]");
  EXPECT_EQ(named("e-1 is what the one concerned says itself (nvidia); e-2 is not (ft)."),
            "e-1 is what the one concerned says itself (C:nvidia); e-2 is not (C:ft).");
}

TEST(ReachWordsTest, WordsThatOnlyLookLikeIdsStay) {
  for (const std::string sentence :
       {"It is not in force, it does not cover orders placed before it.",
        "the purpose is not \"they do not go to cn\"",
        "It states a share of e-1, which is not there.",
        "what rule/h100/cn/us/export leaves out does not cover it", ""}) {
    EXPECT_EQ(WithNames(sentence, Marked()), sentence);
  }
}

TEST(ReachWordsTest, WhatKeepsARuleOffIsTurnedRound) {
  EXPECT_EQ(AppliesIfWords("they do not go to my, or the seat of ByteDance is not China"),
            "the chips go to my and ByteDance has its seat in China");
  EXPECT_EQ(
      AppliesIfWords("h20 is not meant by \"a, or b is not c\", or they do not go to cn, and "
                     "hopper has no h200 in it"),
      "h20 is meant by \"a, or b is not c\" and the chips go to cn, or hopper has h200 in it");
  EXPECT_EQ(AppliesIfWords("it does not cover orders placed before it"),
            "the rule covers orders placed before it");
  EXPECT_EQ(AppliesIfWords("groups does not include inspur, or sg is not in asean"),
            "groups includes inspur and sg is in asean");
  EXPECT_EQ(AppliesIfWords("the purpose is not \"training\""), "the purpose is \"training\"");
  // Not in part: the rest would be lost.
  EXPECT_EQ(AppliesIfWords("they do not go to cn, or something new"), "");
  EXPECT_EQ(AppliesIfWords(""), "");
}

TEST(ReachWordsTest, ASentenceSaysWhenARuleAppliesAndNotWhenNot) {
  EXPECT_EQ(WithReachInWords("A rule may apply, unless they do not go to cn. 4 more may apply."),
            "A rule may apply if the chips go to cn. 4 more may apply.");
  EXPECT_EQ(
      WithReachInWords("It stands here. It does not apply if h20 is not meant by \"x. y\", or "
                       "they do not go to cn. It ends."),
      "It stands here. It applies only if h20 is meant by \"x. y\" and the chips go to cn. "
      "It ends.");
  EXPECT_EQ(WithReachInWords("It counts, unless it is retracted."),
            "It counts, unless it is retracted.");
}

}  // namespace
}  // namespace chipline
