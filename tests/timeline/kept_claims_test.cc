#include "services/timeline/kept_claims.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace chipline::timeline {
namespace {

ClaimsAt Claims(storage::Position position, int count) {
  ClaimsAt claims{position, {}};
  for (int i = 0; i < count; ++i) {
    Claim claim;
    claim.event.set_position(position);
    claim.event.mutable_event()->set_event_id(std::string(1000, 'x'));
    claims.claims.push_back(std::move(claim));
  }
  return claims;
}

TEST(KeptClaimsTest, WhatIsTakenIsThereNoMore) {
  KeptClaims kept(1 << 20);
  kept.Put("a", Claims(7, 3));
  const auto taken = kept.Take("a");
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->position, 7u);
  EXPECT_EQ(taken->claims.size(), 3u);
  EXPECT_FALSE(kept.Take("a").has_value());
}

TEST(KeptClaimsTest, WhatIsPutLastReplacesWhatWasThere) {
  KeptClaims kept(1 << 20);
  kept.Put("a", Claims(7, 3));
  kept.Put("a", Claims(9, 4));
  EXPECT_EQ(kept.Take("a")->position, 9u);
  EXPECT_FALSE(kept.Take("a").has_value());
}

TEST(KeptClaimsTest, WhatWasPutBackTheLongestAgoGoesFirst) {
  const size_t each = Claims(1, 10).bytes();
  KeptClaims kept(4 * each);
  for (const char* id : {"a", "b", "c"}) kept.Put(id, Claims(1, 10));
  kept.Put("a", *kept.Take("a"));
  kept.Put("d", Claims(1, 10));
  EXPECT_FALSE(kept.Take("b").has_value());
  EXPECT_TRUE(kept.Take("a").has_value());
  EXPECT_TRUE(kept.Take("c").has_value());
  EXPECT_TRUE(kept.Take("d").has_value());
}

TEST(KeptClaimsTest, WhatDoesNotFitIsNotKept) {
  KeptClaims kept(Claims(1, 10).bytes());
  kept.Put("small", Claims(1, 1));
  kept.Put("large", Claims(1, 1000));
  EXPECT_FALSE(kept.Take("large").has_value());
  EXPECT_TRUE(kept.Take("small").has_value());
}

// Entries without a claim take room, too.
TEST(KeptClaimsTest, EntriesAreBounded) {
  KeptClaims kept(10'000);
  for (int i = 0; i < 10'000; ++i) kept.Put(fmt::format("entry {}", i), Claims(1, 0));
  EXPECT_FALSE(kept.Take("entry 0").has_value());
  EXPECT_TRUE(kept.Take("entry 9999").has_value());
}

}  // namespace
}  // namespace chipline::timeline
