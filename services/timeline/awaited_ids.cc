#include "services/timeline/awaited_ids.h"

#include <xxhash.h>

#include "storage/check.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

// Bytes of an id in the table of pending changes, besides its text.
constexpr size_t kPendingOverhead = 96;

uint64_t HashOf(std::string_view event_id) { return XXH3_64bits(event_id.data(), event_id.size()); }

}  // namespace

absl::Status AwaitedIds::Restore() {
  return store_.Scan(ViewFamily::kAwaited, "", "", nullptr,
                     [&](std::string_view event_id, std::string_view) {
                       Remember(event_id);
                       return in_memory_;
                     });
}

absl::StatusOr<bool> AwaitedIds::Contains(const std::string& event_id) const {
  if (in_memory_ && (ids_of_hash_.empty() || !ids_of_hash_.contains(HashOf(event_id)))) {
    return false;
  }
  if (const auto pending = pending_.find(event_id); pending != pending_.end()) {
    return pending->second;
  }
  ASSIGN_OR_RETURN(const auto stored, store_.Get(ViewFamily::kAwaited, event_id, nullptr));
  return stored.has_value();
}

absl::Status AwaitedIds::Add(const std::string& event_id) {
  ASSIGN_OR_RETURN(const bool awaited, Contains(event_id));
  if (awaited) return absl::OkStatus();
  Remember(event_id);
  Note(event_id, true);
  return absl::OkStatus();
}

absl::Status AwaitedIds::Remove(const std::string& event_id) {
  ASSIGN_OR_RETURN(const bool awaited, Contains(event_id));
  if (!awaited) return absl::OkStatus();
  Forget(event_id);
  Note(event_id, false);
  return absl::OkStatus();
}

void AwaitedIds::MoveTo(ViewBatch* batch) {
  for (const auto& [event_id, awaited] : pending_) {
    if (awaited) {
      batch->Put(ViewFamily::kAwaited, event_id, "");
    } else {
      batch->Delete(ViewFamily::kAwaited, event_id);
    }
  }
  pending_.clear();
  pending_bytes_ = 0;
}

void AwaitedIds::Remember(std::string_view event_id) {
  if (!in_memory_) return;
  ++ids_of_hash_[HashOf(event_id)];
  if (ids_of_hash_.size() <= max_in_memory_) return;
  in_memory_ = false;
  ids_of_hash_ = {};
}

void AwaitedIds::Forget(std::string_view event_id) {
  if (!in_memory_) return;
  const auto ids = ids_of_hash_.find(HashOf(event_id));
  CHECK(ids != ids_of_hash_.end());
  if (--ids->second == 0) ids_of_hash_.erase(ids);
}

void AwaitedIds::Note(const std::string& event_id, bool awaited) {
  const auto [pending, added] = pending_.insert_or_assign(event_id, awaited);
  if (added) pending_bytes_ += event_id.size() + kPendingOverhead;
}

}  // namespace chipline::timeline
