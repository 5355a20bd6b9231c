#include "services/timeline/open_entry.h"

#include <algorithm>
#include <utility>

#include "services/kinds/entry_kind.h"
#include "services/kinds/event_kind.h"

namespace chipline::timeline {
namespace {

// Bytes of an entry, and of a row besides its claim: what the fold keeps of it, which may be
// several figures for a report on an order.
constexpr size_t kEntryBytes = 1024;
constexpr size_t kFoldBytes = 512;
constexpr size_t kOrderFoldBytes = 2048;

}  // namespace

OpenEntry::OpenEntry(v1::EntryKey key, Rows rows, storage::Position position, const NamesAt& names)
    : key_(std::move(key)),
      rows_(std::move(rows)),
      position_(position),
      dependencies_(key_),
      fold_(key_, rows_, names) {
  kinds::AddKeyFacets(key_, &facets_);
  for (const Claim& row : rows_) Describe(row, names);
}

void OpenEntry::Describe(const Claim& row, const NamesAt& names) {
  if (row.own) kinds::KindOf(row.event.event()).AddFacets(key_, row.event.event(), names, &facets_);
  dependencies_.Add(row, names);
}

void OpenEntry::Add(Rows rows, storage::Position position, const NamesAt& names) {
  position_ = position;
  for (Claim& row : rows) {
    Describe(row, names);
    rows_.push_back(std::move(row));
    fold_.Add(names);
  }
}

size_t OpenEntry::bytes() const {
  constexpr size_t kSample = 8;
  const size_t step = std::max<size_t>(rows_.size() / kSample, 1);
  size_t sampled = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < rows_.size(); i += step) {
    ++sampled;
    const Claim& row = rows_[i];
    bytes += sizeof(Claim) + row.event.SpaceUsedLong() + row.statement.capacity() +
             (row.event.event().has_chip_order() ? kOrderFoldBytes : kFoldBytes);
  }
  return kEntryBytes + fold_.bytes() + (sampled == 0 ? 0 : bytes * rows_.size() / sampled);
}

}  // namespace chipline::timeline
