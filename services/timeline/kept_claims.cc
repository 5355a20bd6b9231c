#include "services/timeline/kept_claims.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chipline::timeline {

size_t ClaimsAt::bytes() const {
  constexpr size_t kSample = 8;
  const size_t step = std::max<size_t>(claims.size() / kSample, 1);
  size_t sampled = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < claims.size(); i += step) {
    ++sampled;
    bytes += sizeof(Claim) + claims[i].event.SpaceUsedLong() + claims[i].statement.capacity();
  }
  return sampled == 0 ? 0 : bytes * claims.size() / sampled;
}

std::optional<ClaimsAt> KeptClaims::Take(std::string_view entry_id) {
  const auto found = places_.find(entry_id);
  if (found == places_.end()) return std::nullopt;
  return Remove(found->second).claims;
}

void KeptClaims::Put(std::string_view entry_id, ClaimsAt claims) {
  Take(entry_id);
  const size_t bytes = sizeof(Held) + entry_id.size() + claims.bytes();
  if (bytes > max_bytes_) return;
  held_.push_front({std::string(entry_id), std::move(claims), bytes});
  places_.emplace(held_.front().entry_id, held_.begin());
  bytes_ += bytes;
  while (bytes_ > max_bytes_) Remove(std::prev(held_.end()));
}

KeptClaims::Held KeptClaims::Remove(Place place) {
  places_.erase(place->entry_id);
  bytes_ -= place->bytes;
  Held held = std::move(*place);
  held_.erase(place);
  return held;
}

}  // namespace chipline::timeline
