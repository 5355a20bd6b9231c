#ifndef CHIPLINE_STORAGE_SALVAGE_H_
#define CHIPLINE_STORAGE_SALVAGE_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "storage/event_store.h"
#include "storage/position.h"

namespace chipline::storage {

// What can be read of DATA/log, and how.
struct Salvage {
  // Null if nothing can be opened.
  std::unique_ptr<EventStore> events;
  // None: as the server opens it.
  std::optional<ReadMode> mode;
  // Every event up to here can be read, its append is whole, and its checksum fits.
  Position kept = 0;
  // Where the last block begins that is there at all.
  Position last_block = 0;
  // What stood in the way, in the order of the modes; none if the server could open it.
  std::vector<std::string> problems;
  // OK; UNAVAILABLE if something could not be read now. What is there is then not known.
  absl::Status unreadable;
};

// Tries how the server would open it (`opening`, which says where it is), then each mode from the
// strictest on, and takes the first of those that keep the most. Changes nothing. Reads all of the
// log, once for each mode that it has to try.
Salvage FindSalvage(EventStoreOptions opening);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SALVAGE_H_
