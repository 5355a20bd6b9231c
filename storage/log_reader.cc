#include "storage/log_reader.h"

#include <algorithm>
#include <utility>

#include "storage/error.h"
#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
#include "storage/tail.h"

namespace chipline::storage {

Position LogReader::head() const { return tail_.head(); }

absl::Time LogReader::head_time() const { return tail_.head_time(); }

absl::Status LogReader::CheckReached(Position position) const {
  const Position end = head();
  if (!shared_ || position <= end) return absl::OkStatus();
  return RetryError("NODE_BEHIND",
                    "position " + std::to_string(position) + " is beyond the end of this node's " +
                        "log, which is at " + std::to_string(end) +
                        "; other nodes may have it: ask again, here or there",
                    absl::Milliseconds(100));
}

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
  // The index may be ahead of the disk.
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

absl::StatusOr<BackwardStep> LogReader::MatchesBackward(const Filter& filter, Position before,
                                                        size_t limit) const {
  const Position end = head();
  BackwardStep step;
  step.begin = before == 0 ? end + 1 : std::min(before, end + 1);
  std::shared_ptr<const Block> block;
  while (step.begin > 1 && step.rows < limits::kScanStepRows) {
    const Position to = step.begin - 1;
    const Position base = to - IndexChunk::OffsetOf(to);
    const Position from = std::max<Position>(base, 1);
    ASSIGN_OR_RETURN(const Candidates candidates, index_.FindCandidates(filter, from, to));
    step.rows += candidates.rows;
    const auto& offsets = candidates.offsets;
    for (size_t i = offsets.has_value() ? offsets->size() : to - from + 1; i-- > 0;) {
      const Position position = offsets.has_value() ? base + (*offsets)[i] : from + i;
      ASSIGN_OR_RETURN(const bool matches, Matches(filter, position, block, step.rows));
      step.begin = position;
      if (matches) step.matches.push_back(position);
      if (step.matches.size() == limit || step.rows >= limits::kScanStepRows) return step;
    }
    step.begin = from;
  }
  return step;
}

absl::StatusOr<bool> LogReader::Matches(const Filter& filter, Position position,
                                        std::shared_ptr<const Block>& block, size_t& rows) const {
  if (filter.matches_all()) return true;
  if (block == nullptr || position < block->first() || position > block->last()) {
    ASSIGN_OR_RETURN(block, BlockAt(position));
    rows += limits::kBlockRows;
  }
  ++rows;
  ASSIGN_OR_RETURN(const Record record, ParseRecord(block->Record(position)));
  return filter.Matches(record.header);
}

absl::StatusOr<SubjectStep> LogReader::Subjects(std::string_view pattern, std::string_view after,
                                                size_t limit) const {
  // The index gets events before they are on disk, and some may never be.
  const Position end = head();
  // Every matching subject begins with this.
  const std::string_view prefix = pattern.substr(0, pattern.find_first_of("*>"));
  SubjectStep step;
  SubjectHead last;
  std::string at(after);
  while (step.rows < limits::kScanStepRows) {
    ASSIGN_OR_RETURN(HeadRows rows, index_.Heads(prefix, at, limits::kSubjectsAtATime, end));
    for (const auto& [subject, head] : rows) {
      ++step.rows;
      last = SubjectHead{subject, head.revision, head.position};
      if (!pattern.empty() && !SubjectMatches(pattern, subject)) continue;
      step.found.push_back(last);
      if (step.found.size() == limit) {
        step.looked_at.emplace(std::move(last));
        return step;
      }
    }
    if (rows.size() < limits::kSubjectsAtATime) return step;
    at = rows.back().first;
  }
  step.looked_at.emplace(std::move(last));
  return step;
}

}  // namespace chipline::storage
