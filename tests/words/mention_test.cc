#include "services/words/mention.h"

#include "gtest/gtest.h"

namespace chipline {
namespace {

TEST(MentionsTest, AWordOfItsOwnWhateverItsCase) {
  EXPECT_TRUE(Mentions("computing infrastructure in Johor, Malaysia", "johor"));
  EXPECT_TRUE(Mentions("johor", "Johor"));
  EXPECT_TRUE(Mentions("Johore and Johor", "johor"));
}

TEST(MentionsTest, NotAPartOfAnother) {
  EXPECT_FALSE(Mentions("Myanmar", "my"));
  EXPECT_FALSE(Mentions("in Johore", "johor"));
  EXPECT_FALSE(Mentions("in Johor", ""));
  EXPECT_FALSE(Mentions("", "johor"));
}

}  // namespace
}  // namespace chipline
