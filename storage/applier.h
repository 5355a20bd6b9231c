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

// What commands are applied to. All must outlive the applier.
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

// Decides what comes of a command: accepted, with what it adds to the group; refused; or that it
// cannot be decided. It reads nothing but the command and the log, no clock and no environment, so
// every node that applies the same commands comes to the same. For one thread; rules_version() and
// counters() for any.
class Applier {
 public:
  // `last_time` is when the head was recorded, `rules_version` the version in force.
  Applier(const ApplierParts& parts, absl::Time last_time, uint32_t rules_version)
      : parts_(parts), last_time_(last_time), rules_version_(rules_version) {}

  // An Outcome that is not OK is a refusal, the same on every node. An error says that it cannot be
  // decided here, since something cannot be read or is not known, and changes nothing: UNAVAILABLE,
  // DATA_LOSS, or FAILED_PRECONDITION, reason RULES_UNKNOWN.
  absl::StatusOr<Outcome> Apply(const Sequenced& sequenced, CommitGroup& group);
  // The group takes nothing more and is on its way to the disk; what comes next may rest on it.
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

  // The first answer again if all events are there already; none if none of them is. A refusal,
  // ALREADY_EXISTS, if one is there with other content, or only some are there.
  absl::StatusOr<std::optional<Outcome>> FindDuplicates(const v1::Append& append,
                                                        const CommitGroup& group) const;
  // The record at `position`, be it in the group, in one that is being written, or in the log; a
  // block of the log is kept in `holder`, and used again for what else is in it.
  absl::StatusOr<std::string_view> RecordAt(Position position, const CommitGroup& group,
                                            std::shared_ptr<const Block>& holder) const;
  absl::StatusOr<Position> CursorAt(const std::string& name, const CommitGroup& group) const;
  // A refusal if one does not hold.
  absl::StatusOr<std::optional<Outcome>> CheckPreconditions(const v1::Append& append) const;
  absl::StatusOr<Outcome> Accept(const v1::Append& append, absl::Time time, CommitGroup& group);

  const ApplierParts parts_;
  ApplyCounters counters_;
  absl::Time last_time_;
  std::atomic<uint32_t> rules_version_;
  // The latest groups, of which some may still be on their way to the disk.
  std::deque<std::shared_ptr<const CommitGroup>> recent_groups_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_APPLIER_H_
