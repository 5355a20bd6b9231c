#ifndef CHIPLINE_STORAGE_NAMES_H_
#define CHIPLINE_STORAGE_NAMES_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/event_rules.h"
#include "storage/event_store.h"
#include "storage/log_reader.h"

namespace chipline::storage {

// Teaches the rules the names in a log, folded as when they were recorded: each commit stores them
// beside its events. Logs of format 1 have none stored, or only the later ones.
class Names {
 public:
  // All must outlive it.
  Names(EventStore& events, EventRules& rules) : events_(events), rules_(rules) {}

  // Teaches them if all are stored; then Collect has nothing to do. A log without events counts as
  // having them all.
  absl::Status Load(Position head);
  // Otherwise finds them in the events, folds them, teaches them and stores them. The index must be
  // complete, and nobody may append meanwhile. May be called again after an error.
  absl::Status Collect(const LogReader& reader);

 private:
  absl::Status CollectFrom(std::string_view recorded_event);

  EventStore& events_;
  EventRules& rules_;
  bool complete_ = false;
  // What Collect has found and taught so far.
  StateRows found_;
  Position collected_ = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_NAMES_H_
