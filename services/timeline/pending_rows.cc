#include "services/timeline/pending_rows.h"

#include <algorithm>
#include <utility>

#include "services/timeline/view_keys.h"
#include "storage/key.h"
#include "storage/status_macros.h"
#include "storage/wire.h"

namespace chipline::timeline {

using storage::Position;
using storage::v1::RowSpan;
using storage::v1::ViewRow;

namespace {

ViewRow NewRow(Position since) {
  ViewRow row;
  RowSpan& span = *row.add_spans();
  span.set_own(true);
  span.set_since(since);
  return row;
}

// The bytes of a ViewRow before those of its event.
void HeadOf(Position since, size_t event_bytes, std::string* head) {
  NewRow(since).SerializeToString(head);
  if (event_bytes > 0) OpenBytes(ViewRow::kEventFieldNumber, event_bytes, *head);
}

}  // namespace

bool PendingRows::Add(const std::string& entry_id, const LoggedEvent& event, Position since,
                      bool copy) {
  std::vector<PlainRow>& rows = plain_[entry_id];
  rows.push_back({event.event->position(), since, copy ? event.bytes : std::string_view()});
  bytes_ += sizeof(PlainRow) + rows.back().event.size();
  if (blocks_.empty() || blocks_.back() != event.block) blocks_.push_back(event.block);
  return rows.size() == 1;
}

void PendingRows::Replace(const std::string& entry_id, Position position, ViewRow row) {
  bytes_ += sizeof(row) + entry_id.size() + row.event().size();
  replaced_[PositionKey(entry_id, position)] = std::move(row);
}

absl::StatusOr<ViewRow> PendingRows::At(const std::string& entry_id, Position position) const {
  const std::string key = PositionKey(entry_id, position);
  if (const auto row = replaced_.find(key); row != replaced_.end()) return row->second;
  if (const auto entry = plain_.find(entry_id); entry != plain_.end()) {
    const std::vector<PlainRow>& rows = entry->second;
    const auto found =
        std::lower_bound(rows.begin(), rows.end(), position,
                         [](const PlainRow& row, Position at) { return row.position < at; });
    if (found != rows.end() && found->position == position) {
      ViewRow row = NewRow(found->since);
      row.set_event(found->event.data(), found->event.size());
      return row;
    }
  }
  if (position > stored_) return ViewRow();
  ASSIGN_OR_RETURN(const auto bytes, store_.Get(ViewFamily::kRows, key, nullptr));
  if (!bytes.has_value()) return ViewRow();
  return ParseView<ViewRow>(entry_id, *bytes);
}

void PendingRows::MoveTo(ViewBatch* batch, Position stored) {
  std::vector<std::pair<std::string_view, const std::vector<PlainRow>*>> entries;
  entries.reserve(plain_.size());
  for (const auto& [entry_id, rows] : plain_) entries.emplace_back(entry_id, &rows);
  std::sort(entries.begin(), entries.end());
  std::string head;
  for (const auto& [entry_id, rows] : entries) {
    std::string key = NamePrefix(entry_id);
    const size_t prefix_bytes = key.size();
    for (const PlainRow& row : *rows) {
      key.resize(prefix_bytes);
      key += storage::BigEndian(row.position);
      HeadOf(row.since, row.event.size(), &head);
      batch->Put(ViewFamily::kRows, key, head, row.event);
    }
  }
  for (const auto& [key, row] : replaced_) batch->Put(ViewFamily::kRows, key, row);
  plain_.clear();
  replaced_.clear();
  blocks_.clear();
  bytes_ = 0;
  stored_ = stored;
}

}  // namespace chipline::timeline
