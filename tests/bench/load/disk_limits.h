#ifndef CHIPLINE_TESTS_BENCH_LOAD_DISK_LIMITS_H_
#define CHIPLINE_TESTS_BENCH_LOAD_DISK_LIMITS_H_

#include <cstddef>
#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "tests/bench/load/event_source.h"
#include "tests/bench/load/measurement.h"

// What the disk and RocksDB give with nothing around them, in the file system that the server
// writes to. Each makes what it needs below `directory` and takes it away again.
namespace chipline::bench {

// Appends `events` events to a file and calls fdatasync, over and over, one writer.
absl::StatusOr<Measurement> FileAppend(const std::filesystem::path& directory, EventSource& source,
                                       size_t events, absl::Duration duration);

// Puts `events` events, a key each, in one synced WriteBatch, over and over, one writer.
absl::StatusOr<Measurement> RocksDbAppend(const std::filesystem::path& directory,
                                          EventSource& source, size_t events,
                                          absl::Duration duration);

// Iterates over `events` events, a key each, warm and flushed; repeats until `duration` is over.
absl::StatusOr<Measurement> RocksDbScan(const std::filesystem::path& directory, EventSource& source,
                                        size_t events, absl::Duration duration);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_DISK_LIMITS_H_
