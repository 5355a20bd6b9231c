#include "services/timeline/kept_entries.h"

#include <iterator>
#include <utility>

namespace chipline::timeline {

std::unique_ptr<OpenEntry> KeptEntries::Take(std::string_view entry_id) {
  const auto found = places_.find(entry_id);
  if (found == places_.end()) return nullptr;
  return Remove(found->second).entry;
}

void KeptEntries::Put(std::string_view entry_id, std::unique_ptr<OpenEntry> entry) {
  Take(entry_id);
  const size_t bytes = sizeof(Held) + entry_id.size() + entry->bytes();
  if (bytes > max_bytes_) return;
  held_.push_front({std::string(entry_id), std::move(entry), bytes});
  places_.emplace(held_.front().entry_id, held_.begin());
  bytes_ += bytes;
  while (bytes_ > max_bytes_) Remove(std::prev(held_.end()));
}

KeptEntries::Held KeptEntries::Remove(Place place) {
  places_.erase(place->entry_id);
  bytes_ -= place->bytes;
  Held held = std::move(*place);
  held_.erase(place);
  return held;
}

}  // namespace chipline::timeline
