#include "services/stream/event_page.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "storage/error.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::stream {
namespace {

// Positions from `first` to `last`, both inclusive; none if last < first.
struct Range {
  storage::Position first = 1;
  storage::Position last = 0;
};

absl::StatusOr<Range> TimeRange(const storage::LogReader& log, const PageQuery& query,
                                storage::Position head) {
  Range range{1, head};
  if (query.start_time.has_value()) {
    ASSIGN_OR_RETURN(range.first, log.FirstAt(*query.start_time));
  }
  if (query.end_time.has_value()) {
    ASSIGN_OR_RETURN(const storage::Position end, log.FirstAt(*query.end_time));
    range.last = std::min(head, end - 1);
  }
  return range;
}

// Collects events until the page is full.
class PageFiller {
 public:
  explicit PageFiller(size_t size) : size_(size) {}

  bool full() const { return count_ >= size_ || bytes_ >= limits::kMaxBatchBytes; }
  // About how much to read ahead: events are rarely larger than 1 KiB.
  size_t wanted_bytes() const {
    if (full()) return 1;
    return std::min(limits::kMaxBatchBytes - bytes_, (size_ - count_) * 1024);
  }

  // Adds the events of a slice; returns false if there was no room for all of them.
  absl::StatusOr<bool> Add(const storage::BlockSlice& slice);
  void AddField(const storage::BlockSlice& field, storage::Position position) {
    page_.events.push_back(field);
    page_.last = position;
    bytes_ += field.bytes.size();
    ++count_;
  }

  // Nothing else matches up to here, in the order asked for.
  void LookedUpTo(storage::Position position) { page_.last = position; }

  EventPage Take(bool more) && {
    page_.more = more;
    return std::move(page_);
  }

 private:
  const size_t size_;
  size_t count_ = 0;
  size_t bytes_ = 0;
  EventPage page_;
};

absl::StatusOr<bool> PageFiller::Add(const storage::BlockSlice& slice) {
  storage::RecordWalk walk(slice.bytes);
  const size_t bytes_before = bytes_;
  std::string_view last;
  while (!full() && walk.Next(last)) {
    bytes_ = bytes_before + walk.passed();
    ++count_;
  }
  if (walk.passed() > 0) {
    ASSIGN_OR_RETURN(const storage::Record record, storage::ParseRecord(last));
    page_.last = record.header.position;
    page_.events.push_back({slice.block, slice.bytes.substr(0, walk.passed())});
  }
  return walk.passed() == slice.bytes.size();
}

absl::StatusOr<EventPage> ReadForward(const storage::LogReader& log, const PageQuery& query,
                                      const Range& range, const CallerGone& gone) {
  PageFiller filler(query.size);
  const storage::Position after = std::max(query.after, range.first - 1);
  if (after >= range.last) return EventPage();
  storage::Cursor cursor(log, query.filter, after, range.last);
  size_t rows = 0;
  while (true) {
    RETURN_IF_ERROR(CheckCaller(gone));
    ASSIGN_OR_RETURN(const storage::Batch batch, cursor.Next(filler.wanted_bytes()));
    for (const storage::BlockSlice& slice : batch.slices) {
      ASSIGN_OR_RETURN(const bool fits, filler.Add(slice));
      if (!fits) return std::move(filler).Take(/*more=*/true);
    }
    filler.LookedUpTo(batch.position);
    if (batch.at_end()) return std::move(filler).Take(/*more=*/false);
    rows += batch.rows;
    if (rows >= limits::kMaxScanRows) return std::move(filler).Take(/*more=*/true);
  }
}

absl::StatusOr<EventPage> ReadBackward(const storage::LogReader& log, const PageQuery& query,
                                       const Range& range, const CallerGone& gone) {
  PageFiller filler(query.size);
  storage::Position before = range.last + 1;
  if (query.after != 0) before = std::min(before, query.after);
  std::shared_ptr<const storage::Block> block;
  for (size_t rows = 0; before > range.first; filler.LookedUpTo(before)) {
    if (rows >= limits::kMaxScanRows) return std::move(filler).Take(/*more=*/true);
    RETURN_IF_ERROR(CheckCaller(gone));
    // One more than the page holds tells whether there is a next.
    ASSIGN_OR_RETURN(const storage::BackwardStep step,
                     log.MatchesBackward(query.filter, before, query.size + 1));
    for (const storage::Position position : step.matches) {
      if (position < range.first) return std::move(filler).Take(/*more=*/false);
      if (filler.full()) return std::move(filler).Take(/*more=*/true);
      if (block == nullptr || position < block->first() || position > block->last()) {
        ASSIGN_OR_RETURN(block, log.BlockAt(position));
      }
      filler.AddField({block, block->Fields(position, position)}, position);
    }
    before = step.begin;
    rows += step.rows;
  }
  return std::move(filler).Take(/*more=*/false);
}

}  // namespace

absl::StatusOr<EventPage> ReadPage(const storage::LogReader& log, const PageQuery& query,
                                   storage::Position head, const CallerGone& gone) {
  ASSIGN_OR_RETURN(const Range range, TimeRange(log, query, head));
  return query.backward ? ReadBackward(log, query, range, gone)
                        : ReadForward(log, query, range, gone);
}

}  // namespace chipline::stream
