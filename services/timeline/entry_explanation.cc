#include "services/timeline/entry_explanation.h"

#include <algorithm>
#include <utility>

#include "services/timeline/log_events.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

using storage::Position;

size_t BytesOf(const FoldInput& input) {
  // What is explained of a row, beside the row.
  constexpr size_t kRowBytes = 512;
  size_t bytes = 0;
  for (const Claim& row : input.rows) {
    bytes += kRowBytes + row.event.SpaceUsedLong() + row.statement.capacity();
  }
  for (const v1::TimelineEntry& entry : input.dependencies) bytes += entry.SpaceUsedLong();
  return bytes;
}

}  // namespace

EntryExplanation::EntryExplanation(FoldInput input, std::shared_ptr<const PublishedNames> names,
                                   const AsOf& as_of)
    : as_of_(as_of),
      names_(std::move(names)),
      input_(std::move(input)),
      names_then_{names_->table, as_of.position},
      explanation_(input_, names_then_),
      bytes_(BytesOf(input_)) {}

absl::StatusOr<EntryExplanation::Page> EntryExplanation::PageAfter(const storage::LogReader& log,
                                                                   Position after, size_t limit,
                                                                   size_t max_bytes) const {
  // A field's tag and length.
  constexpr size_t kFieldBytes = 8;
  Page page;
  if (after == 0) page.response = explanation_.Whole();
  size_t bytes = page.response.ByteSizeLong();
  const Rows& rows = input_.rows;
  const auto first = std::partition_point(
      rows.begin(), rows.end(), [after](const Claim& row) { return row.position() <= after; });
  for (auto row = first; row != rows.end(); ++row) {
    v1::ExplainedClaim claim = explanation_.ClaimAt(static_cast<size_t>(row - rows.begin()));
    ASSIGN_OR_RETURN(*claim.mutable_event(), ReadEvent(log, row->position()));
    bytes += claim.ByteSizeLong() + kFieldBytes;
    page.more = static_cast<size_t>(page.response.claims_size()) == limit || bytes > max_bytes;
    if (page.more) break;
    *page.response.add_claims() = std::move(claim);
    page.last = row->position();
  }
  return page;
}

}  // namespace chipline::timeline
