#include "services/timeline/folds/entry_size.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "services/timeline/folds/claim_words.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/order_gates.h"
#include "services/timeline/folds/rule_interval.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What one round leaves of a message.
struct Allowance {
  size_t text_bytes;
  // Elements of a list, and of one that says what decides a state.
  int list;
  int core_list;
  // Whether the chosen values are cut as well.
  bool chosen;
};

constexpr std::array<Allowance, 7> kRounds = {{{400, 16, 256, false},
                                               {200, 8, 128, false},
                                               {128, 4, 64, false},
                                               {128, 4, 64, true},
                                               {128, 2, 16, true},
                                               {128, 1, 8, true},
                                               {128, 0, 8, true}}};

template <size_t size>
bool IsOneOf(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Words of reports, and of ours. Ids, days and numbers are never cut.
constexpr std::array<std::string_view, 10> kTexts = {
    "conditions", "condition", "scope_text", "verbatim", "chips_texts",
    "purpose",    "reason",    "warning",    "of_text",  "words"};
// Fields that hold a chosen value.
constexpr std::array<std::string_view, 7> kChosen = {"selected", "general", "unit_price", "value",
                                                     "chips",    "named",   "shortfall"};
constexpr std::array<std::string_view, 2> kCore = {"gates", "edges"};
// Lists of which the last elements are the latest.
constexpr std::array<std::string_view, 4> kLatestLast = {"claims", "revisions", "not_in_force",
                                                         "readings"};
// Lists that are bounded as they are, and whose counts say more than that some are not shown; but
// see IsWhole.
constexpr std::array<std::string_view, 5> kWhole = {"readings", "holders", "buyers", "chips",
                                                    "values"};

bool IsWhole(const FieldDescriptor& list) {
  if (list.name() == "buyers") {
    return list.containing_type() == pb::ChipOrderEntry::descriptor();
  }
  if (list.name() == "readings") {
    return list.containing_type() == pb::UsageEntry::descriptor() ||
           list.containing_type() == pb::PriceEntry::descriptor();
  }
  return IsOneOf(list.name(), kWhole);
}

// Where the elements left out of a list are counted; null if they are not.
const FieldDescriptor* CountOf(const FieldDescriptor& list) {
  return list.containing_type()->FindFieldByName(list.name() + "_omitted");
}

// One round over a message. Not thread-safe.
class Cutter {
 public:
  explicit Cutter(const Allowance& allowance) : allowance_(allowance) {}

  void Cut(Message* message) {
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->is_repeated()) Shorten(*field, message);
      if (IsOneOf(field->name(), kTexts)) CutTexts(*field, message);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      const bool chosen = !field->is_repeated() && IsOneOf(field->name(), kChosen);
      if (!chosen || allowance_.chosen) CutWithin(*field, message);
    }
  }

  uint32_t texts() const { return texts_; }

 private:
  void Shorten(const FieldDescriptor& field, Message* message) const {
    const FieldDescriptor* count = CountOf(field);
    if (count == nullptr || IsWhole(field)) return;
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, &field);
    const int allowed =
        IsOneOf(field.name(), kCore) ? allowance_.core_list : AllowedOf(field, allowance_.list);
    if (size <= allowed) return;
    const int excess = size - allowed;
    if (IsOneOf(field.name(), kLatestLast)) {
      for (int i = 0; i < allowed; ++i) reflection.SwapElements(message, &field, i, i + excess);
    }
    for (int i = 0; i < excess; ++i) reflection.RemoveLast(message, &field);
    reflection.SetUInt32(message, count,
                         reflection.GetUInt32(*message, count) + static_cast<uint32_t>(excess));
  }

  // One id is left at least: what a value rests on.
  static int AllowedOf(const FieldDescriptor& field, int list) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? std::max(list, 1) : list;
  }

  void CutTexts(const FieldDescriptor& field, Message* message) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
    const Reflection& reflection = *message->GetReflection();
    const auto cut = [&](std::string text) {
      if (!CutText(allowance_.text_bytes, &text)) return std::string();
      ++texts_;
      return text;
    };
    if (!field.is_repeated()) {
      std::string text = cut(reflection.GetString(*message, &field));
      if (!text.empty()) reflection.SetString(message, &field, std::move(text));
      return;
    }
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      std::string text = cut(reflection.GetRepeatedString(*message, &field, i));
      if (!text.empty()) reflection.SetRepeatedString(message, &field, i, std::move(text));
    }
  }

  void CutWithin(const FieldDescriptor& field, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    if (!field.is_repeated()) return Cut(reflection.MutableMessage(message, &field));
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      Cut(reflection.MutableRepeatedMessage(message, &field, i));
    }
  }

  const Allowance allowance_;
  uint32_t texts_ = 0;
};

// How many of the first elements have `bytes` together; one at least is left.
template <typename List>
int HowMany(const List& list, size_t bytes) {
  size_t sum = 0;
  int count = 0;
  while (sum < bytes && count < list.size() - 1) sum += list[count++].ByteSizeLong();
  return count;
}

// Of rules and orders: what was before the intervals that are left is said to be left out.
template <typename Entry, typename LeftOut>
void DropIntervals(size_t bytes, const LeftOut& left_out, Entry* entry) {
  const int dropped = HowMany(entry->intervals(), bytes);
  if (dropped == 0) return;
  entry->set_omitted_before(entry->intervals(dropped).valid().from());
  entry->mutable_intervals()->DeleteSubrange(0, dropped - 1);
  *entry->mutable_intervals(0) = left_out(entry->omitted_before());
}

// Of uses and prices.
template <typename Entry>
void DropReadings(size_t bytes, Entry* entry) {
  const int dropped = HowMany(entry->readings(), bytes);
  entry->mutable_readings()->DeleteSubrange(0, dropped);
  entry->set_readings_omitted(entry->readings_omitted() + static_cast<uint32_t>(dropped));
}

// The earliest that an entry says, about as many bytes.
void DropEarliest(size_t bytes, pb::TimelineEntry* entry) {
  switch (entry->state_case()) {
    case pb::TimelineEntry::kExportRule:
      return DropIntervals(bytes, RuleLeftOut, entry->mutable_export_rule());
    case pb::TimelineEntry::kChipOrder:
      return DropIntervals(bytes, OrderLeftOut, entry->mutable_chip_order());
    case pb::TimelineEntry::kUsage:
      return DropReadings(bytes, entry->mutable_usage());
    case pb::TimelineEntry::kPrice:
      return DropReadings(bytes, entry->mutable_price());
    case pb::TimelineEntry::kCapex:
    case pb::TimelineEntry::kChipSupply:
    case pb::TimelineEntry::STATE_NOT_SET:
      return;
  }
}

}  // namespace

void CutEntry(pb::TimelineEntry* entry) {
  if (entry->ByteSizeLong() <= kMaxEntryBytes) return;
  const pb::TimelineEntry whole = std::move(*entry);
  for (const Allowance& allowance : kRounds) {
    *entry = whole;
    Cutter cutter(allowance);
    cutter.Cut(entry);
    entry->set_texts_cut(cutter.texts());
    if (entry->ByteSizeLong() <= kMaxEntryBytes) return;
  }
  // Elements are counted without their tags and lengths, of at most eight bytes each.
  constexpr size_t kMargin = 8 * 1024;
  DropEarliest(entry->ByteSizeLong() - kMaxEntryBytes + kMargin, entry);
}

std::string EntryBytes(const pb::TimelineEntry& entry, bool* was_cut) {
  std::string bytes = entry.SerializeAsString();
  const bool fits = bytes.size() <= kMaxEntryBytes;
  if (was_cut != nullptr) *was_cut = !fits;
  if (fits) return bytes;
  pb::TimelineEntry cut = entry;
  CutEntry(&cut);
  return cut.SerializeAsString();
}

void CutValues(size_t max_bytes, pb::ExplainEntryResponse* explained) {
  pb::ExplainEntryResponse values;
  values.mutable_values()->Swap(explained->mutable_values());
  for (size_t round = 0; round < kRounds.size() && values.ByteSizeLong() > max_bytes; ++round) {
    Cutter(kRounds[round]).Cut(&values);
  }
  uint32_t dropped = 0;
  for (size_t bytes = values.ByteSizeLong(); bytes > max_bytes; ++dropped) {
    bytes -= values.values().rbegin()->ByteSizeLong();
    values.mutable_values()->RemoveLast();
  }
  explained->mutable_values()->Swap(values.mutable_values());
  explained->set_values_omitted(explained->values_omitted() + dropped);
}

}  // namespace chipline::timeline
