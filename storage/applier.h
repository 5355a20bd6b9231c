#ifndef CHIPLINE_STORAGE_APPLIER_H_
#define CHIPLINE_STORAGE_APPLIER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/commit_group.h"
#include "storage/event_rules.h"
#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/log_reader.h"
#include "storage/room.h"
#include "storage/sequencer.h"

namespace chipline::storage {

// What an applier works on. All must outlive it.
struct ApplierParts {
  EventRules& rules;
  const EventStore& events;
  Index& index;
  const LogReader& reader;
  Room& room;
};

// Counted since the start. Thread-safe.
struct ApplyCounters {
  std::atomic<uint64_t> appended_events{0};
  std::atomic<uint64_t> appends{0};
  std::atomic<uint64_t> refused_appends{0};
  std::atomic<uint64_t> duplicate_events{0};
};

// Decides each command: it is accepted and adds to the group, or it is refused, or it cannot be
// decided. The applier reads only the command and the log, and no clock or environment, so every
// node that applies the same commands comes to the same results. For one thread; rules_version()
// and counters() for any.
class Applier {
 public:
  // `last_time`: when the head was recorded. `rules_version`: the version in force.
  Applier(const ApplierParts& parts, absl::Time last_time, uint32_t rules_version)
      : parts_(parts), last_time_(last_time), rules_version_(rules_version) {}

  // An Outcome that is not OK is a refusal, and the same on every node. An error means that this
  // node cannot decide, because something cannot be read or is not known; it changes nothing.
  // UNAVAILABLE, DATA_LOSS, or FAILED_PRECONDITION, reason RULES_UNKNOWN.
  absl::StatusOr<Outcome> Apply(const Sequenced& sequenced, CommitGroup& group);
  // The group is complete and is being written. Later commands may depend on it.
  void Finished(std::shared_ptr<const CommitGroup> group);

  // When the last append was recorded.
  absl::Time last_time() const { return last_time_; }
  // The version of the rules in force.
  uint32_t rules_version() const { return rules_version_.load(std::memory_order_relaxed); }
  const ApplyCounters& counters() const { return counters_; }

 private:
  absl::Status Unknown(uint32_t version) const;
  absl::StatusOr<Outcome> ApplyRules(const v1::SetRules& rules, CommitGroup& group);
  absl::StatusOr<Outcome> ApplyAppend(const Sequenced& sequenced, absl::Time time,
                                      CommitGroup& group);
  absl::StatusOr<Outcome> ApplyCursor(const v1::CursorChange& change, absl::Time time,
                                      CommitGroup& group);

  // The first answer again if all events are in the log already; none if none of them is. A
  // refusal, ALREADY_EXISTS, if one is there with other content, or if only some are there.
  absl::StatusOr<std::optional<Outcome>> FindDuplicates(const v1::Append& append,
                                                        const CommitGroup& group) const;
  // The record at `position`: in this group, in one that is being written, or in the log. `holder`
  // keeps a block of the log, so that its other records can be read without reading it again.
  absl::StatusOr<std::string_view> RecordAt(Position position, const CommitGroup& group,
                                            std::shared_ptr<const Block>& holder) const;
  absl::StatusOr<Position> CursorAt(const std::string& name, const CommitGroup& group) const;
  // A refusal if a precondition does not hold.
  absl::StatusOr<std::optional<Outcome>> CheckPreconditions(const v1::Append& append) const;
  absl::StatusOr<Outcome> Accept(const v1::Append& append, absl::Time time, CommitGroup& group);

  const ApplierParts parts_;
  ApplyCounters counters_;
  absl::Time last_time_;
  std::atomic<uint32_t> rules_version_;
  // The latest groups, some of which may not be on disk yet.
  std::deque<std::shared_ptr<const CommitGroup>> recent_groups_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_APPLIER_H_
