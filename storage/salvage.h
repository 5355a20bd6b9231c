#ifndef CHIPLINE_STORAGE_SALVAGE_H_
#define CHIPLINE_STORAGE_SALVAGE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/event_store.h"
#include "storage/position.h"

namespace chipline::storage {

// What can be read of DATA/log, and how.
struct Salvage {
  // Null if nothing can be opened.
  std::unique_ptr<EventStore> events;
  ReadMode mode = ReadMode::kStrict;
  // Every event up to here can be read, its append is whole, and its checksum fits.
  Position kept = 0;
  // Where the last block begins that is there at all.
  Position last_block = 0;
  // What stood in the way, in the order of the modes; none if the server could open it.
  std::vector<std::string> problems;
};

// Tries each mode, from the strictest on, and takes the first of those that keep the most. Changes
// nothing. Reads all of the log, once for each mode that it has to try.
Salvage FindSalvage(const std::filesystem::path& log, Position wanted);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SALVAGE_H_
