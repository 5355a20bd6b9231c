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
  // The mode in which they were opened. None: as the server opens them.
  std::optional<ReadMode> mode;
  // Every event up to this position can be read, its append is complete, and its checksum fits.
  Position kept = 0;
  // Where the last block begins that exists at all.
  Position last_block = 0;
  // The problems found, in the order of the modes; none if the server could open it.
  std::vector<std::string> problems;
  // OK. UNAVAILABLE if something could not be read now; it is then not known what exists.
  absl::Status unreadable;
};

// Tries to open as the server would (`opening` says where), then in each mode, the strictest first,
// and takes the first of those that keep the most. Changes nothing. Reads the whole log once for
// each mode that it tries.
Salvage FindSalvage(EventStoreOptions opening);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SALVAGE_H_
