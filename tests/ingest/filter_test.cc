#include "services/ingest/filter.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(FilterTest, AnEmptyFilterMatchesEverything) {
  const auto filter = ToStorageFilter(v1::Filter());
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->matches_all());
}

TEST(FilterTest, EachFieldIsAClause) {
  v1::Filter filter;
  filter.add_event_types(v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT);
  filter.add_event_types(v1::EVENT_TYPE_CLAIM_NOTICE);
  filter.add_subject_patterns("order.bytedance.>");
  filter.add_companies("bytedance");
  filter.add_companies("x-0123456789abcdef");
  filter.add_chips("h200");
  filter.add_jurisdictions("cn");
  const auto clauses = ToStorageFilter(filter)->clauses;
  ASSERT_EQ(clauses.size(), 5u);
  EXPECT_THAT(clauses[0].subject_patterns, ElementsAre("capex.>", "notice.>"));
  EXPECT_THAT(clauses[0].entities, IsEmpty());
  EXPECT_THAT(clauses[1].subject_patterns, ElementsAre("order.bytedance.>"));
  EXPECT_THAT(clauses[2].entities, ElementsAre("company/bytedance", "company/x-0123456789abcdef"));
  EXPECT_THAT(clauses[3].entities, ElementsAre("chip/h200"));
  EXPECT_THAT(clauses[4].entities, ElementsAre("place/cn"));
}

TEST(FilterTest, EveryEventTypeHasASubject) {
  v1::Filter filter;
  for (int type = v1::EventType_MIN + 1; type <= v1::EventType_MAX; ++type) {
    filter.add_event_types(static_cast<v1::EventType>(type));
  }
  EXPECT_THAT(
      ToStorageFilter(filter)->clauses[0].subject_patterns,
      ElementsAre("capex.>", "rule.>", "order.>", "supply.>", "usage.>", "alias.>", "notice.>"));
}

TEST(FilterTest, EverythingWrongIsSaidAtOnce) {
  v1::Filter filter;
  filter.add_event_types(v1::EVENT_TYPE_UNSPECIFIED);
  filter.add_event_types(v1::EventType(42));
  filter.add_subject_patterns("capex.>.x");
  filter.add_subject_patterns("");
  filter.add_companies("بايت دانس");
  filter.add_chips("");
  filter.add_jurisdictions("CN");
  const auto violations = ViolationsOf(ToStorageFilter(filter, "query.filter").status());
  ASSERT_EQ(violations.size(), 7u);
  EXPECT_EQ(violations[0].field, "query.filter.event_types[0]");
  EXPECT_EQ(violations[1].field, "query.filter.event_types[1]");
  EXPECT_THAT(violations[1].description, HasSubstr("is 42, which is no EventType"));
  EXPECT_EQ(violations[2].field, "query.filter.subject_patterns[0]");
  EXPECT_THAT(violations[2].description, HasSubstr("is \"capex.>.x\""));
  EXPECT_EQ(violations[3].field, "query.filter.subject_patterns[1]");
  EXPECT_EQ(violations[4].field, "query.filter.companies[0]");
  EXPECT_THAT(violations[4].description, HasSubstr("an id is needed"));
  EXPECT_EQ(violations[5].field, "query.filter.chips[0]");
  EXPECT_EQ(violations[6].field, "query.filter.jurisdictions[0]");
}

TEST(FilterTest, AtMost64ValuesInAll) {
  v1::Filter filter;
  for (int i = 0; i < 32; ++i) {
    filter.add_companies(fmt::format("c{}", i));
    filter.add_chips(fmt::format("h{}", i));
  }
  EXPECT_TRUE(ToStorageFilter(filter).ok());
  filter.add_jurisdictions("cn");
  const auto violations = ViolationsOf(ToStorageFilter(filter).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "filter");
  EXPECT_THAT(violations[0].description, HasSubstr("has 65 values; at most 64"));
}

TEST(FilterTest, UnknownFieldIsRefused) {
  v1::Filter filter;
  filter.GetReflection()->MutableUnknownFields(&filter)->AddVarint(9, 1);
  EXPECT_EQ(ViolationsOf(ToStorageFilter(filter).status()).size(), 1u);
}

}  // namespace
}  // namespace chipline::ingest
