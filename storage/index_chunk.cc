#include "storage/index_chunk.h"

#include <algorithm>
#include <iterator>
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
  const auto [head, is_new] = heads_.try_emplace(ToAbsl(event.subject));
  head->second = Head{event.revision, event.position};
  if (is_new) sorted_heads_.emplace(head->first, &head->second);
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

HeadRows IndexChunk::Heads(std::string_view prefix, std::string_view after, size_t limit,
                           Position head) const {
  HeadRows rows;
  auto row = after < prefix ? sorted_heads_.lower_bound(prefix) : sorted_heads_.upper_bound(after);
  for (; row != sorted_heads_.end() && row->first.starts_with(prefix) && rows.size() < limit;
       ++row) {
    const auto& [subject, latest] = *row;
    if (const auto found = HeadUpTo(subject, *latest, head)) rows.emplace_back(subject, *found);
  }
  return rows;
}

std::optional<Head> IndexChunk::HeadUpTo(std::string_view subject, const Head& latest,
                                         Position head) const {
  if (latest.position <= head) return latest;
  const Position base = number_ * limits::kIndexChunkEvents;
  if (head < base) return std::nullopt;
  // The revisions of a subject count its events, and these postings have their positions.
  const Offsets& offsets = Postings(*PatternFacet(subject));
  const auto later = std::upper_bound(offsets.begin(), offsets.end(), head - base);
  if (later == offsets.begin()) return std::nullopt;
  const auto behind = static_cast<Revision>(std::distance(later, offsets.end()));
  return Head{latest.revision - behind, base + *std::prev(later)};
}

const Offsets& IndexChunk::Postings(std::string_view facet) const {
  static const Offsets* const kNone = new Offsets();
  const auto found = postings_.find(ToAbsl(facet));
  return found == postings_.end() ? *kNone : found->second;
}

}  // namespace chipline::storage
