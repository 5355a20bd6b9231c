#ifndef CHIPLINE_STORAGE_INSPECTION_H_
#define CHIPLINE_STORAGE_INSPECTION_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "storage/stopped_log.h"

namespace chipline::storage {

// What can be learnt about a stopped log without reading all of it. Values that cannot be read are
// absent.
struct Inspection {
  std::optional<absl::Time> first_time;
  std::optional<absl::Time> last_time;
  // As RocksDB estimates. Exact if nothing was ever deleted.
  std::optional<uint64_t> blocks;
  // The position up to which the index is on disk.
  std::optional<Position> indexed;
  std::optional<uint64_t> subjects;
  // `subjects` is only a lower bound: too much of the log is not in the index.
  bool more_subjects = false;
};
Inspection Inspect(const StoppedLog& log);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INSPECTION_H_
