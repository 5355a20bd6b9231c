#include "storage/index_chunk.h"

#include <utility>

#include "absl/strings/string_view.h"

#include "storage/check.h"
#include "storage/facet.h"

namespace chipline::storage {
namespace {

absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void IndexChunk::Add(const IndexedEvent& event) {
  CHECK(NumberOf(event.position) == number_);
  CHECK(last_ == 0 || event.position == last_ + 1);
  last_ = event.position;
  ids_.emplace(std::string(event.event_id), event.position);
  heads_[ToAbsl(event.subject)] = Head{event.revision, event.position};
  for (std::string& facet : FacetsOf(event.subject, event.entities)) {
    postings_[std::move(facet)].push_back(OffsetOf(event.position));
  }
  if (event.begins_block) postings_[BlockFacet()].push_back(OffsetOf(event.position));
}

std::optional<Position> IndexChunk::Find(std::string_view event_id) const {
  const auto found = ids_.find(ToAbsl(event_id));
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<Head> IndexChunk::FindHead(std::string_view subject) const {
  const auto found = heads_.find(ToAbsl(subject));
  if (found == heads_.end()) return std::nullopt;
  return found->second;
}

const Offsets& IndexChunk::Postings(std::string_view facet) const {
  static const Offsets* const kNone = new Offsets();
  const auto found = postings_.find(ToAbsl(facet));
  return found == postings_.end() ? *kNone : found->second;
}

}  // namespace chipline::storage
