#ifndef CHIPLINE_STORAGE_LOG_READER_H_
#define CHIPLINE_STORAGE_LOG_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/block.h"
#include "storage/filter.h"
#include "storage/position.h"

namespace chipline::storage {

class EventStore;
class Index;
class Tail;

// A subject with its latest event.
struct SubjectHead {
  std::string subject;
  Revision revision = 0;
  Position last_position = 0;
};

// A step over the subjects that fit a pattern.
struct SubjectStep {
  std::vector<SubjectHead> found;
  // The last subject that was examined. Continue behind it. None if there are no more.
  std::optional<SubjectHead> looked_at;
  // How many were examined.
  size_t rows = 0;
};

// A step over the matches before a position.
struct BackwardStep {
  // Newest first.
  std::vector<Position> matches;
  // Everything from this position on was examined. At most 1 if there is no more.
  Position begin = 0;
  // How many rows were examined; see limits::kScanStepRows.
  size_t rows = 0;
};

// The log as readers see it: everything up to the head, which only moves forward. Thread-safe. All
// methods but head() and NotifyPast may read the disk, so never call them on a gRPC thread.
// DATA_LOSS, naming the position, if stored data is damaged.
class LogReader {
 public:
  // All three must outlive it. `shared`: other nodes follow the same order and may be ahead.
  LogReader(const EventStore& events, const Index& index, Tail& tail, bool shared = false)
      : LogReader(events, index, tail, shared, /*uses_tail=*/true) {}
  // The same for a thread of the lowest priority. It reads blocks from disk, so it never holds the
  // lock of the tail, which every append needs.
  LogReader InBackground() const { return {events_, index_, tail_, shared_, /*uses_tail=*/false}; }

  bool shared() const { return shared_; }
  // UNAVAILABLE, reason NODE_BEHIND, with RetryInfo, if the log has not reached `position` but
  // another node may have. OK otherwise, also if no other node can have it.
  absl::Status CheckReached(Position position) const;

  // The highest position; 0 if the log is empty.
  Position head() const;
  // When the head was recorded; InfinitePast if the log is empty.
  absl::Time head_time() const;

  // Calls `wake` once, as soon as the head is past `position`; at once if it is. `wake` runs on the
  // thread of the committer or of the caller, so it must not block. Returns a number for Cancel, 0
  // if `wake` was called already.
  uint64_t NotifyPast(Position position, std::function<void()> wake) const;
  // When it returns, `wake` is not running and will not be called. Must not be called from `wake`.
  void Cancel(uint64_t registration) const;

  // The block that holds `position`, which must be 1 to head().
  absl::StatusOr<std::shared_ptr<const Block>> BlockAt(Position position) const;
  // Where the event with this id is.
  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  // The first position recorded at or after `time`; head() + 1 if there is none yet.
  absl::StatusOr<Position> FirstAt(absl::Time time) const;
  // The highest end of an append at or before `position`: a `known` position inside an append
  // counts as this one.
  absl::StatusOr<Position> AppendEndAtOrBefore(Position position) const;
  // Scans are made in steps. Each step examines about limits::kScanStepRows rows and returns at
  // most `limit` matches, perhaps none. The caller continues where the step ended.

  // The matching positions before `before` (0: from the head).
  absl::StatusOr<BackwardStep> MatchesBackward(const Filter& filter, Position before,
                                               size_t limit) const;
  // Subjects after `after` in byte order that fit the pattern (empty: all), as they are at the
  // head.
  absl::StatusOr<SubjectStep> Subjects(std::string_view pattern, std::string_view after,
                                       size_t limit) const;

  const EventStore& events() const { return events_; }
  const Index& index() const { return index_; }
  const Tail& tail() const { return tail_; }

 private:
  LogReader(const EventStore& events, const Index& index, Tail& tail, bool shared, bool uses_tail)
      : events_(events), index_(index), tail_(tail), shared_(shared), uses_tail_(uses_tail) {}

  // Whether the event at `position` matches. `block` is the one read last; adds to `rows`.
  absl::StatusOr<bool> Matches(const Filter& filter, Position position,
                               std::shared_ptr<const Block>& block, size_t& rows) const;

  const EventStore& events_;
  const Index& index_;
  Tail& tail_;
  const bool shared_;
  const bool uses_tail_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_LOG_READER_H_
