#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "services/picture/panels.h"

namespace chipline::picture {
namespace {

struct List {
  std::string_view field;
  std::string_view words;
};

// What panels draw of an entry, in the order in which it is told.
constexpr std::array<List, 16> kLists = {{
    {"alternatives_omitted", "claims"},
    {"unquantified_omitted", "claims without a figure"},
    {"revisions_omitted", "claims that stand no more"},
    {"growth_omitted", "stated growths"},
    {"not_in_force_omitted", "rules not in force"},
    {"scopes_omitted", "scopes (buyers, purposes, seats)"},
    {"chips_texts_omitted", "wordings of chips"},
    {"buyers_omitted", "buyers"},
    {"chips_omitted", "chips"},
    {"other_destinations_omitted", "destinations"},
    {"unit_price_alternatives_omitted", "prices"},
    {"value_alternatives_omitted", "sums"},
    {"holders_omitted", "readings of holders"},
    {"open_groups_omitted", "open groups"},
    {"readings_omitted", "readings"},
    {"conditions_omitted", "conditions"},
}};

// One claim stands in each interval that it reaches into, so a sum over them would count it often.
bool RepeatsClaims(const google::protobuf::FieldDescriptor& field) {
  return field.name() == "intervals" || field.name() == "asked";
}

// By field.
using Counts = std::map<std::string, uint32_t>;

void Add(const google::protobuf::Message& message, Counts& counts) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (RepeatsClaims(*field)) continue;
    if (field->message_type() == nullptr) {
      if (field->name().ends_with("_omitted")) {
        counts[field->name()] += reflection.GetUInt32(message, field);
      }
    } else if (!field->is_repeated()) {
      Add(reflection.GetMessage(message, field), counts);
    } else {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        Add(reflection.GetRepeatedMessage(message, field, i), counts);
      }
    }
  }
}

}  // namespace

void DrawLeftOutCounts(Page& page, const v1::TimelineEntry& entry) {
  Counts counts;
  Add(entry, counts);
  for (const List& list : kLists) {
    const auto found = counts.find(std::string(list.field));
    if (found != counts.end()) DrawLeftOut(page, found->second, list.words);
  }
}

}  // namespace chipline::picture
