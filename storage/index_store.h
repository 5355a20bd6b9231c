#ifndef CHIPLINE_STORAGE_INDEX_STORE_H_
#define CHIPLINE_STORAGE_INDEX_STORE_H_

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/index_chunk.h"
#include "storage/position.h"
#include "storage/rocks.h"

namespace chipline::storage {

// The families of the index whose rows follow from events.
enum class IndexFamily { kIds, kSubjects, kPostings };

// DATA/index: whole chunks of the index in RocksDB. Everything in it follows from the log, so it
// may be deleted while no process has the directory. Thread-safe, with one writer at a time, which
// may also open and delete it while others read: those then get UNAVAILABLE.
class IndexStore {
 public:
  // Closed at first. `env` may be null. `errors` gets every error of the disk, and may be null.
  IndexStore(std::filesystem::path directory, std::string_view log_id, rocksdb::Env* env = nullptr,
             std::shared_ptr<DiskErrors> errors = nullptr);
  // For reading alone: nothing in the directory changes, and Write fails. NOT_FOUND if there is
  // none.
  static absl::StatusOr<std::unique_ptr<IndexStore>> OpenToRead(
      const std::filesystem::path& directory, std::string_view log_id);

  // Opens it, or makes it if there is none. DATA_LOSS if it is damaged, FAILED_PRECONDITION if it
  // is of another log or layout: both are mended by Destroy.
  absl::Status Open();
  // Closes it and deletes all of it.
  absl::Status Destroy();

  // Changes whenever it is opened or deleted: what was read is of one state if this is the same
  // before and afterwards.
  uint64_t generation() const { return generation_.load(); }
  // OK, or why nothing can be written until it is opened again.
  absl::Status failure() const { return rocks_.failure(); }
  // OK, or the first damage that was met since it was opened.
  absl::Status damage() const;

  // The position up to which it reaches: the last of a chunk, or 0. 0 if it is closed.
  Position position() const { return position_.load(std::memory_order_acquire); }

  // Adds the chunk after position(), synced.
  absl::Status Write(const IndexChunk& chunk);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  absl::StatusOr<std::optional<Head>> FindHead(std::string_view subject) const;
  // Empty if the chunk has none.
  absl::StatusOr<Offsets> Postings(std::string_view facet, uint64_t chunk) const;
  // Subjects after `after` in byte order that start with `prefix`, at most `limit`.
  absl::StatusOr<HeadRows> Heads(std::string_view prefix, std::string_view after,
                                 size_t limit) const;

  // All rows of a family, in the order of their keys.
  std::unique_ptr<RocksRows> Rows(IndexFamily which) const;
  // The chunk that a key of kPostings is of; none if it is no such key.
  static std::optional<uint64_t> ChunkOfPosting(std::string_view key);
  // Bytes that are in memory and will be written into tables.
  uint64_t UnwrittenBytes() const;
  // The database itself, for this room's checks.
  Rocks& rocks() { return rocks_; }
  const Rocks& rocks() const { return rocks_; }

 private:
  IndexStore(RocksOptions options, std::string_view log_id);
  // Reads the position. An index without an identity is new, and gets one if it `may_write`.
  absl::Status CheckIdentity(bool may_write);
  // DATA_LOSS, and kept for damage().
  absl::Status Damaged() const;
  absl::StatusOr<Head> DecodeHead(std::string_view bytes) const;
  absl::StatusOr<Offsets> DecodeOffsets(std::string_view bytes) const;

  const std::string identity_;
  Rocks rocks_;
  std::atomic<Position> position_ = 0;
  std::atomic<uint64_t> generation_ = 0;
  // A row could not be understood.
  mutable std::atomic<bool> damaged_ = false;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_STORE_H_
