#ifndef CHIPLINE_TESTS_CASES_STORY_H_
#define CHIPLINE_TESTS_CASES_STORY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "tests/folds/reports.h"
#include "tests/folds/rules.h"
#include "tests/query/query_server.h"

// What timelines must hold, case by case, from events in to timeline out: through the checks of
// ingest, the log on disk, its views and, where a case is about what is asked or watched, the
// TimelineService. Where to find each:
//
//    1 to 11, 23   capex_cases_test.cc
//   12 to 14       rule_cases_test.cc
//   15 to 19, 22   order_cases_test.cc
//   20, 21, 33     link_cases_test.cc
//   25             name_cases_test.cc
//   27, 28         log_cases_test.cc
//   32             guidance_cases_test.cc
//   24             tests/query/watch_days_test.cc
//   26             tests/query/watch_resume_test.cc
//   29             tests/timeline/fold_equality_test.cc
//   34 to 37, 39   counting_cases_test.cc
//   43 to 49       authority_cases_test.cc
namespace chipline::cases {

namespace pb = chipline::v1;

using storage::Position;
using timeline::Capex;
using timeline::Notice;
using timeline::Report;
using timeline::Supply;
using timeline::Text;
using timeline::testing::OrderBuilder;
using timeline::testing::RuleBuilder;

// A small log of its own, told report by report. Everything must be taken, and is in the views when
// a call returns.
class Story {
 public:
  // One append of one report; its end. Without an id the event is called e and its position.
  template <typename AnyReport>
  Position Tell(const AnyReport& report) {
    return Append({report.event()});
  }
  // One append of several.
  Position Append(std::vector<v1::Event> events);
  // Must not be taken.
  absl::Status Refused(const v1::Event& event);

  // The name means the company from here on, or means it no more.
  Position Name(std::string_view entity, std::string_view name);
  Position Unname(std::string_view entity, std::string_view name);

  // The entry as it is now, or as it was at a position. Without state if there is none.
  v1::TimelineEntry Entry(std::string_view entry_id);
  v1::TimelineEntry EntryAt(std::string_view entry_id, Position position);
  v1::CapexEntry CapexEntry(std::string_view entry_id) { return Entry(entry_id).capex(); }
  // The order "trial" of ByteDance, and the rule of `jurisdiction` on h200 to China.
  v1::ChipOrderEntry Trial() { return Entry("order/order.bytedance.trial").chip_order(); }
  v1::ExportRuleEntry UsExport() { return Entry("rule/h200/cn/us/export").export_rule(); }
  v1::ExportRuleEntry CnImport() { return Entry("rule/h200/cn/cn/import").export_rule(); }
  // All entries there are, in order of id.
  std::vector<std::string> EntryIds();
  timeline::Entries Entries() { return timeline::CurrentEntries(*views().Snapshot()); }

  // Must succeed.
  v1::GetTimelineResponse Get(const v1::GetTimelineRequest& request);

  query::QueryServer& server() { return server_; }
  timeline::Views& views() { return server_.views(); }

 private:
  Position ChangeName(std::string_view entity, std::string_view name, v1::AliasOperation change);

  query::QueryServer server_;
};

// "..2026-01-15 DENIED", one line an interval; see tests/folds/rules.h.
template <typename Entry>
std::vector<std::string> LinesOf(const Entry& entry) {
  return timeline::testing::Lines(entry);
}
// The last interval without its days: how things stand from then on.
template <typename Entry>
std::string Finally(const Entry& entry) {
  const std::string line = LinesOf(entry).back();
  return line.substr(line.find(' ') + 1);
}

// Ids of events that a figure rests on.
template <typename Figure>
std::vector<std::string> EventsOf(const Figure& figure) {
  const auto& ids = figure.grounds().event_ids();
  return {ids.begin(), ids.end()};
}

}  // namespace chipline::cases

#endif  // CHIPLINE_TESTS_CASES_STORY_H_
