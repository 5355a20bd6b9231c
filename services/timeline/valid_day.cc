#include "services/timeline/valid_day.h"

#include <algorithm>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void Lower(const std::string& day, std::string* first) {
  if (!day.empty()) *first = std::min(*first, day);
}

void Lower(const pb::Date& date, std::string* first) {
  Lower(date.earliest().empty() ? date.latest() : date.earliest(), first);
}

}  // namespace

std::string FirstDay(const pb::TimelineEntry& entry) {
  std::string first = kNoDay;
  switch (entry.state_case()) {
    case pb::TimelineEntry::kCapex:
      Lower(entry.capex().valid_from(), &first);
      break;
    case pb::TimelineEntry::kExportRule:
      for (const auto& interval : entry.export_rule().intervals()) {
        Lower(interval.valid().from(), &first);
      }
      break;
    case pb::TimelineEntry::kChipOrder:
      for (const auto& stage : entry.chip_order().stages()) {
        Lower(stage.stage_date(), &first);
        for (const auto& reading : stage.readings()) Lower(reading.stage_date(), &first);
      }
      if (first == kNoDay) Lower(entry.chip_order().for_period().start(), &first);
      if (first == kNoDay) {
        for (const auto& span : entry.chip_order().intervals()) Lower(span.valid().from(), &first);
      }
      break;
    case pb::TimelineEntry::kChipSupply:
      for (const auto& holder : entry.chip_supply().holders()) Lower(holder.as_of(), &first);
      break;
    case pb::TimelineEntry::kUsage:
      for (const auto& reading : entry.usage().readings()) Lower(reading.as_of(), &first);
      break;
    case pb::TimelineEntry::STATE_NOT_SET:
      break;
  }
  return first;
}

}  // namespace chipline::timeline
