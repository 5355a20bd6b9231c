#include "services/metrics/families.h"

#include "gmock/gmock.h"

namespace chipline::metrics {
namespace {

using testing::HasSubstr;

TEST(FamiliesTest, AFamilyHasItsHelpItsTypeAndItsValues) {
  Families families;
  families.Gauge("free_bytes", "What is free.", 12);
  families.Counter("calls_total", "Calls.");
  families.Add(3, {{"method", "a"}});
  families.Add(4, {{"method", "b"}});
  EXPECT_EQ(families.Text(),
            "# HELP free_bytes What is free.\n# TYPE free_bytes gauge\nfree_bytes 12\n"
            "# HELP calls_total Calls.\n# TYPE calls_total counter\n"
            "calls_total{method=\"a\"} 3\ncalls_total{method=\"b\"} 4\n");
}

TEST(FamiliesTest, WhatOthersNamedCannotEndALabel) {
  Families families;
  families.Gauge("lag", "Lag.");
  families.Add(1, {{"cursor", "a\"} 7\nlag{cursor=\"b\\"}});
  EXPECT_THAT(families.Text(), HasSubstr("lag{cursor=\"a\\\"} 7\\nlag{cursor=\\\"b\\\\\"} 1\n"));
}

TEST(FamiliesTest, AHistogramCountsUpToEachBoundAndAll) {
  Histogram histogram(kCountBounds);
  for (const double value : {1.0, 2.0, 4.0, 5.0, 5000.0}) histogram.Add(value);
  Families families;
  families.Histogram("events", "Events.");
  families.Add(histogram);
  const std::string text = families.Text();
  EXPECT_THAT(text, HasSubstr("events_bucket{le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("events_bucket{le=\"4\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("events_bucket{le=\"16\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("events_bucket{le=\"4096\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("events_bucket{le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("events_count 5\n"));
  EXPECT_THAT(text, HasSubstr("events_sum 5012\n"));
}

}  // namespace
}  // namespace chipline::metrics
