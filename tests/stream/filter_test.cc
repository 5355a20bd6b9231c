#include "services/stream/filter.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "chipline/v1/event.pb.h"

namespace chipline::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FilterTest, EmptyFilterMatchesEverything) {
  Violations bad;
  EXPECT_TRUE(ToStorageFilter({}, "filter", bad).matches_all());
  EXPECT_EQ(bad.count(), 0U);
}

TEST(FilterTest, EachFieldIsAClause) {
  v1::Filter filter;
  filter.add_event_types(v1::EVENT_TYPE_CHIP_ORDER);
  filter.add_event_types(v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT);
  filter.add_subject_patterns("order.bytedance.>");
  filter.add_companies("nvidia");
  filter.add_companies("bytedance");
  filter.add_companies("nvidia");
  filter.add_chips("h200");
  filter.add_jurisdictions("cn");
  Violations bad;
  const storage::Filter result = ToStorageFilter(filter, "filter", bad);
  ASSERT_EQ(bad.count(), 0U) << bad.ToStatus();
  ASSERT_EQ(result.clauses.size(), 5U);
  EXPECT_THAT(result.clauses[0].subject_patterns, ElementsAre("capex.>", "order.>"));
  EXPECT_THAT(result.clauses[1].subject_patterns, ElementsAre("order.bytedance.>"));
  EXPECT_THAT(result.clauses[2].entities, ElementsAre("company/bytedance", "company/nvidia"));
  EXPECT_THAT(result.clauses[3].entities, ElementsAre("chip/h200"));
  EXPECT_THAT(result.clauses[4].entities, ElementsAre("place/cn"));
}

TEST(FilterTest, EveryKindOfEventHasAPattern) {
  const auto& kinds = *v1::EventType_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    v1::Filter filter;
    filter.add_event_types(static_cast<v1::EventType>(kinds.value(i)->number()));
    Violations bad;
    ToStorageFilter(filter, "filter", bad);
    const bool unset = kinds.value(i)->number() == v1::EVENT_TYPE_UNSPECIFIED;
    EXPECT_EQ(bad.count(), unset ? 1U : 0U) << kinds.value(i)->name();
  }
}

TEST(FilterTest, OrderAndRepeatsDoNotChangeTheFingerprint) {
  Violations bad;
  v1::Filter one;
  one.add_chips("h20");
  one.add_chips("h200");
  v1::Filter other;
  other.add_chips("h200");
  other.add_chips("h20");
  other.add_chips("h200");
  EXPECT_EQ(ToStorageFilter(one, "filter", bad).Fingerprint(),
            ToStorageFilter(other, "filter", bad).Fingerprint());
}

TEST(FilterTest, EveryViolationIsNamed) {
  v1::Filter filter;
  filter.add_event_types(static_cast<v1::EventType>(77));
  filter.add_subject_patterns("capex.*");
  filter.add_subject_patterns("capex.>.x");
  filter.add_subject_patterns("");
  filter.add_companies("ByteDance");
  filter.add_chips("a+b");
  filter.add_jurisdictions("");
  Violations bad;
  ToStorageFilter(filter, "filter", bad);
  std::vector<std::string> fields;
  for (const auto& violation : bad.listed().field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("filter.event_types[0]", "filter.subject_patterns[1]",
                                  "filter.subject_patterns[2]", "filter.companies[0]",
                                  "filter.chips[0]", "filter.jurisdictions[0]"));
}

// Two million of them would else be converted and sorted before the count is told.
TEST(FilterTest, TooManyValuesAreCountedAndNotRead) {
  v1::Filter filter;
  for (int i = 0; i < 65; ++i) filter.add_subject_patterns("");
  Violations bad;
  EXPECT_TRUE(ToStorageFilter(filter, "filter", bad).matches_all());
  ASSERT_EQ(bad.count(), 1U);
  EXPECT_EQ(bad.listed().field_violations(0).field(), "filter");
}

TEST(FilterTest, SixtyFourValuesAreTheMost) {
  v1::Filter filter;
  for (int i = 0; i < 32; ++i) {
    filter.add_chips("h" + std::to_string(i));
    filter.add_companies("c" + std::to_string(i));
  }
  Violations bad;
  ToStorageFilter(filter, "filter", bad);
  EXPECT_THAT(bad.listed().field_violations(), IsEmpty());
  filter.add_jurisdictions("cn");
  ToStorageFilter(filter, "filter", bad);
  ASSERT_EQ(bad.count(), 1U);
  EXPECT_EQ(bad.listed().field_violations(0).field(), "filter");
}

}  // namespace
}  // namespace chipline::stream
