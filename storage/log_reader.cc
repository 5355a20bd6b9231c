#include "storage/log_reader.h"

#include <algorithm>
#include <utility>

#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/tail.h"

namespace chipline::storage {

Position LogReader::head() const { return tail_.head(); }

absl::Time LogReader::head_time() const { return tail_.head_time(); }

uint64_t LogReader::NotifyPast(Position position, std::function<void()> wake) const {
  return tail_.NotifyPast(position, std::move(wake));
}

void LogReader::Cancel(uint64_t registration) const { tail_.Cancel(registration); }

absl::StatusOr<std::shared_ptr<const Block>> LogReader::BlockAt(Position position) const {
  if (uses_tail_) {
    if (auto block = tail_.BlockAt(position)) return block;
  }
  return events_.BlockAt(position);
}

absl::StatusOr<std::optional<Position>> LogReader::Find(std::string_view event_id) const {
  ASSIGN_OR_RETURN(const auto position, index_.Find(event_id));
  // The index may be ahead of what is on disk.
  if (!position.has_value() || *position > head()) return std::nullopt;
  return position;
}

absl::StatusOr<Position> LogReader::FirstAt(absl::Time time) const {
  Position low = 1;
  Position high = head() + 1;
  while (low < high) {
    const Position middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const auto block, BlockAt(middle));
    ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(middle)));
    if (record.header.record_time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<Position> LogReader::AppendEndAtOrBefore(Position position) const {
  if (position == 0 || position >= head()) return std::min(position, head());
  ASSIGN_OR_RETURN(const auto block, BlockAt(position));
  ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(position)));
  const RecordHeader& header = record.header;
  return header.append_last_position() == position ? position : header.append_first_position - 1;
}

absl::StatusOr<std::vector<Position>> LogReader::MatchesBackward(const Filter& filter,
                                                                 Position before,
                                                                 size_t limit) const {
  const Position end = head();
  std::vector<Position> matches;
  Position to = before == 0 ? end : std::min(before - 1, end);
  std::shared_ptr<const Block> block;
  while (to > 0 && matches.size() < limit) {
    const Position from = std::max<Position>(to - IndexChunk::OffsetOf(to), 1);
    ASSIGN_OR_RETURN(const auto candidates, index_.Candidates(filter, from, to));
    const Position base = to - IndexChunk::OffsetOf(to);
    const size_t count = candidates.has_value() ? candidates->size() : to - from + 1;
    for (size_t i = count; i-- > 0 && matches.size() < limit;) {
      const Position position = candidates.has_value() ? base + (*candidates)[i] : from + i;
      if (!filter.matches_all()) {
        if (block == nullptr || position < block->first() || position > block->last()) {
          ASSIGN_OR_RETURN(block, BlockAt(position));
        }
        ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(position)));
        if (!filter.Matches(record.header)) continue;
      }
      matches.push_back(position);
    }
    to = from - 1;
  }
  return matches;
}

absl::StatusOr<std::vector<SubjectHead>> LogReader::Subjects(std::string_view pattern,
                                                             std::string_view after,
                                                             size_t limit) const {
  ASSIGN_OR_RETURN(auto found, index_.Subjects(pattern, after, limit));
  std::vector<SubjectHead> subjects;
  for (auto& [subject, head] : found) {
    subjects.push_back({std::move(subject), head.revision, head.position});
  }
  return subjects;
}

}  // namespace chipline::storage
