#include "storage/inspection.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"

#include "storage/record.h"

namespace chipline::storage {
namespace {

// How many events past the index are searched for subjects.
constexpr uint64_t kMaxUnindexed = 1'000'000;

// None if not all can be read.
std::optional<uint64_t> CountStored(const IndexStore& index) {
  uint64_t count = 0;
  const auto rows = index.Rows(IndexFamily::kSubjects);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) ++count;
  if (!rows->status().ok()) return std::nullopt;
  return count;
}

// Subjects whose first event is past the index.
void CountNew(const EventStore& events, const IndexStore* index, Position after,
              Inspection& found) {
  absl::flat_hash_set<std::string> fresh;
  EventStore::Scan scan = events.ScanFrom(after + 1);
  for (uint64_t looked = 0; looked < kMaxUnindexed;) {
    const auto block = scan.Next();
    if (!block.ok() || *block == nullptr) {
      *found.subjects += fresh.size();
      found.more_subjects = !block.ok();
      return;
    }
    for (Position at = std::max(after + 1, (*block)->first()); at <= (*block)->last(); ++at) {
      ++looked;
      const auto record = ParseRecord((*block)->Record(at));
      if (!record.ok()) continue;
      if (index != nullptr) {
        const auto head = index->FindHead(record->header.subject);
        if (head.ok() && head->has_value()) continue;
      }
      fresh.insert(std::string(record->header.subject));
    }
  }
  *found.subjects += fresh.size();
  found.more_subjects = true;
}

}  // namespace

Inspection Inspect(const StoppedLog& log) {
  Inspection found;
  if (log.index().ok()) found.indexed = (*log.index())->position();
  if (!log.events().ok()) return found;
  const EventStore& events = **log.events();
  found.blocks = events.BlockCount();
  if (log.end().ok() && log.end()->head > 0) found.last_time = log.end()->time;
  if (const auto first = events.ScanFrom(1).Next(); first.ok() && *first != nullptr) {
    const auto record = ParseRecord((*first)->Record((*first)->first()));
    if (record.ok()) found.first_time = record->header.record_time;
  }
  const IndexStore* const index = log.index().ok() ? log.index()->get() : nullptr;
  found.subjects = index != nullptr ? CountStored(*index) : 0;
  if (!found.subjects.has_value()) return found;
  CountNew(events, index, found.indexed.value_or(0), found);
  return found;
}

}  // namespace chipline::storage
