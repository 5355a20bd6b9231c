#include "storage/names.h"

#include <string>
#include <utility>

#include "storage/cursor.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

constexpr size_t kPrefixBytes = sizeof kNamePrefix - 1;

}  // namespace

absl::Status Names::Load(Position head) {
  ASSIGN_OR_RETURN(const auto kept, events_.GetState(kNamesKept));
  if (!kept.has_value()) {
    if (head != 0) return absl::OkStatus();
    complete_ = true;
    return events_.Write({{}, {}, {{kNamesKept, ""}}}, /*sync=*/true);
  }
  ASSIGN_OR_RETURN(const auto rows, events_.ListState(kNamePrefix));
  for (const auto& [key, value] : rows) {
    v1::NameChange change;
    if (key.size() != kPrefixBytes + sizeof(Position) || !change.ParseFromString(value)) {
      return StateDamaged(kNamePrefix);
    }
    RETURN_IF_ERROR(
        rules_.Restore(FromBigEndian(std::string_view(key).substr(kPrefixBytes)), change));
  }
  complete_ = true;
  return absl::OkStatus();
}

absl::Status Names::CollectFrom(std::string_view bytes) {
  ASSIGN_OR_RETURN(const Record record, ParseRecord(bytes));
  const Position position = record.header.position;
  ASSIGN_OR_RETURN(const v1::NameChange change, rules_.NameChangeIn(bytes));
  RETURN_IF_ERROR(rules_.Restore(position, change));
  found_.emplace_back(NameKey(position), change.SerializeAsString());
  collected_ = position;
  return absl::OkStatus();
}

absl::Status Names::Collect(const LogReader& reader) {
  if (complete_) return absl::OkStatus();
  Cursor cursor(reader, Filter{{Clause{{std::string(rules_.NameSubjects())}, {}}}, {}}, collected_);
  while (cursor.position() < reader.head()) {
    ASSIGN_OR_RETURN(const Batch batch, cursor.Next(limits::kMaxBatchBytes));
    for (const BlockSlice& slice : batch.slices) {
      RETURN_IF_ERROR(ForEachRecord(
          slice.bytes, [this](std::string_view record) { return CollectFrom(record); }));
    }
    collected_ = cursor.position();
  }
  StateRows rows = found_;
  rows.emplace_back(kNamesKept, "");
  RETURN_IF_ERROR(events_.Write({{}, {}, std::move(rows)}, /*sync=*/true));
  found_.clear();
  complete_ = true;
  return absl::OkStatus();
}

}  // namespace chipline::storage
