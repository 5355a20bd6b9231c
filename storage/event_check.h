#ifndef CHIPLINE_STORAGE_EVENT_CHECK_H_
#define CHIPLINE_STORAGE_EVENT_CHECK_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "storage/bounded_map.h"
#include "storage/event_store.h"
#include "storage/finding.h"
#include "storage/index_store.h"
#include "storage/record.h"

namespace chipline::storage {

// What an EventCheck looks at.
struct EventCheckTarget {
  const EventStore& events;
  // Where the log ends, for its readers.
  Position head = 0;
  // The position in HIGHWATER before `head` was read; none if the file is missing.
  std::optional<Position> high_water;
  // The index, if one can be read. It has the ids of the events that it covers, so only the ids of
  // the others are checked here. IndexCheck finds duplicate ids among the first.
  const IndexStore* index = nullptr;
  // How many subjects, and how many ids, are in memory at a time. If there are more, the log is
  // read several times.
  size_t max_names = 3'600'000;
};

// Checks every block and every event: checksums, structure, positions from 1 to the head without
// gaps, record times that never go back, complete and contiguous appends, revisions without gaps in
// each subject, unique event ids. It also checks that HIGHWATER and the named cursors are not past
// the head.
//
// Subjects and ids are distinguished by hashes of 64 bits. Two ids with one hash are looked up and
// compared. Two subjects with one hash would be reported as a finding; with a million subjects that
// happens once in thirty million logs.
class EventCheck final : public Check {
 public:
  explicit EventCheck(const EventCheckTarget& target);

  std::string_view name() const override { return "events"; }
  bool Step(size_t max_bytes, std::vector<Finding>& findings) override;
  // In positions, over all passes that are known to be necessary.
  CheckProgress progress() const override;
  uint64_t bytes() const override { return bytes_; }

 private:
  bool first_pass() const { return passes_done_ == 0; }
  // False at the end of the log.
  bool NextBlock(std::vector<Finding>& findings);
  void CheckBlock(const Block& block, std::vector<Finding>& findings);
  void CheckRecord(Position position, std::string_view bytes, std::vector<Finding>& findings);
  void CheckId(Position position, std::string_view event_id, std::vector<Finding>& findings);
  void CheckPlace(Position position, const RecordHeader& header, std::vector<Finding>& findings);
  void CheckNames(Position position, const Record& record, std::vector<Finding>& findings);
  void CheckEnd(std::vector<Finding>& findings);
  void CheckCursors(std::vector<Finding>& findings);
  void EndPass();

  const EventCheckTarget target_;
  // Up to where the index has the ids.
  const Position indexed_;
  std::optional<EventStore::Scan> scan_;
  // The next expected position; none after a block that could not be read.
  std::optional<Position> due_ = 1;
  Position last_ = 0;
  // The log could not be read to its end, so what follows is not known.
  bool unreadable_ = false;
  absl::Time last_time_ = absl::InfinitePast();
  // The append of the previous event.
  Position append_first_ = 0;
  Position append_last_ = 0;
  BoundedMap revisions_;
  BoundedMap ids_;
  uint64_t passes_done_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_EVENT_CHECK_H_
