#ifndef CHIPLINE_STORAGE_TORN_TAIL_H_
#define CHIPLINE_STORAGE_TORN_TAIL_H_

#include <cstdint>
#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// The end of RocksDB's live write-ahead log after a crash. With sync, only one commit is in flight
// at a time, and it is one record. So a crash tears only the last record, of which any page may be
// there or missing. Damage that complete records follow is not from a crash.
//
// The format of the file is RocksDB's (db/log_format.h): blocks of 32 KiB, in them fragments of a
// record with a CRC-32C, a length and a type each.
namespace chipline::storage {

// What follows the last complete record of a write-ahead log.
struct WalTail {
  std::filesystem::path file;
  uint64_t size = 0;
  // Every record up to this offset is complete. If it is not `size`, what follows is not.
  uint64_t whole_end = 0;
  // A complete record follows the damage, so it was written after what is damaged.
  bool whole_after = false;

  uint64_t torn_bytes() const { return size - whole_end; }
};

// Reads the newest write-ahead log in the folder of a database; none if there is none. Without
// `checksums` it only follows lengths, which takes a thousandth of the time and does not find
// damage inside a fragment. UNAVAILABLE if the file cannot be read.
absl::StatusOr<std::optional<WalTail>> ReadWalTail(const std::filesystem::path& folder,
                                                   bool checksums);

// Truncates the file to `whole_end`, synced.
absl::Status CutWal(const WalTail& tail);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_TORN_TAIL_H_
