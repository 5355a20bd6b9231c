#include "services/timeline/open_entry.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::timeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OpenEntryTest : public ::testing::Test {
 protected:
  // A report at that position on an order of the chip.
  Rows Report(storage::Position position, const std::string& chip, const std::string& destination) {
    v1::RecordedEvent recorded;
    recorded.set_position(position);
    recorded.mutable_event()->set_event_id("e" + std::to_string(position));
    v1::ChipOrder& order = *recorded.mutable_event()->mutable_chip_order();
    order.add_chips()->set_id(chip);
    if (!destination.empty()) order.mutable_destination()->set_id(destination);
    Rows rows;
    rows.push_back(MakeClaim(std::move(recorded), /*own=*/true, NamesAt{names_, position}));
    return rows;
  }

  static v1::EntryKey Key() {
    v1::EntryKey key;
    key.mutable_chip_order()->set_order("trial");
    return key;
  }

  NameTable names_;
};

TEST_F(OpenEntryTest, DependenciesAndFacetsGrowWithTheRows) {
  OpenEntry entry(Key(), Report(1, "h200", ""), 1, NamesAt{names_, 1});
  EXPECT_THAT(entry.dependencies().prefixes, ElementsAre("rule/-/", "rule/h200/", "rule/~/"))
      << "nobody said where it goes, so a rule on any place may be of it";
  entry.Add(Report(2, "h200", "cn"), 2, NamesAt{names_, 2});
  EXPECT_THAT(entry.dependencies().prefixes,
              ElementsAre("rule/-/-/", "rule/-/cn/", "rule/-/~/", "rule/h200/-/", "rule/h200/cn/",
                          "rule/h200/~/", "rule/~/"));
  entry.Add(Report(3, "h20", ""), 3, NamesAt{names_, 3});
  EXPECT_THAT(
      entry.dependencies().prefixes,
      ElementsAre("rule/-/-/", "rule/-/cn/", "rule/-/~/", "rule/h20/-/", "rule/h20/cn/",
                  "rule/h20/~/", "rule/h200/-/", "rule/h200/cn/", "rule/h200/~/", "rule/~/"));
  EXPECT_THAT(entry.facets(), ElementsAre("chip/h20", "chip/h200", "order/trial"));
}

TEST_F(OpenEntryTest, WhatIsThereAtOnceNamesTheSame) {
  Rows rows = Report(1, "h200", "cn");
  rows.push_back(Report(2, "h20", "ae").front());
  const NamesAt names{names_, 2};
  const Dependencies expected = DependenciesOf(Key(), rows, names);
  const OpenEntry entry(Key(), std::move(rows), 2, names);
  EXPECT_THAT(entry.dependencies().prefixes,
              ElementsAre("rule/-/-/", "rule/-/ae/", "rule/-/cn/", "rule/-/~/", "rule/h20/-/",
                          "rule/h20/ae/", "rule/h20/cn/", "rule/h20/~/", "rule/h200/-/",
                          "rule/h200/ae/", "rule/h200/cn/", "rule/h200/~/", "rule/~/"));
  EXPECT_EQ(entry.dependencies().prefixes, expected.prefixes);
}

}  // namespace
}  // namespace chipline::timeline
