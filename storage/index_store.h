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

// DATA/index: whole chunks of the index, in RocksDB. All of it can be rebuilt from the log, so it
// may be deleted while no process uses the directory. Thread-safe, with one writer at a time. The
// writer may open and delete it while others read; readers then get UNAVAILABLE.
class IndexStore {
 public:
  // Not open yet. `env` and `errors` may be null; `errors` gets every disk error.
  IndexStore(std::filesystem::path directory, std::string_view log_id, rocksdb::Env* env = nullptr,
             std::shared_ptr<DiskErrors> errors = nullptr);
  // Opens it for reading only: nothing in the directory changes, and Write fails. NOT_FOUND if
  // there is none.
  static absl::StatusOr<std::unique_ptr<IndexStore>> OpenToRead(
      const std::filesystem::path& directory, std::string_view log_id);

  // Opens it, or creates it if there is none. DATA_LOSS if it is damaged, FAILED_PRECONDITION if it
  // is of another log or layout. In both cases Destroy it and open it again.
  absl::Status Open();
  // Closes it and deletes everything.
  absl::Status Destroy();

  // Changes whenever the store is opened or deleted. If it is the same before and after some reads,
  // they are of one state.
  uint64_t generation() const { return generation_.load(); }
  // OK, or why nothing can be written until it is opened again.
  absl::Status failure() const { return rocks_.failure(); }
  // OK, or the first damage found since it was opened.
  absl::Status damage() const;

  // The position up to which it has events: the last one of a chunk, or 0. 0 if it is closed.
  Position position() const { return position_.load(std::memory_order_acquire); }

  // Adds the chunk that follows position(), synced.
  absl::Status Write(const IndexChunk& chunk);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  absl::StatusOr<std::optional<Head>> FindHead(std::string_view subject) const;
  // Empty if the chunk has none.
  absl::StatusOr<Offsets> Postings(std::string_view facet, uint64_t chunk) const;
  // Subjects after `after` in byte order that begin with `prefix`, at most `limit`.
  absl::StatusOr<HeadRows> Heads(std::string_view prefix, std::string_view after,
                                 size_t limit) const;

  // All rows of a family, in the order of their keys.
  std::unique_ptr<RocksRows> Rows(IndexFamily which) const;
  // The chunk of a key of kPostings; none if it is not such a key.
  static std::optional<uint64_t> ChunkOfPosting(std::string_view key);
  // Bytes in memory that will be written into tables.
  uint64_t UnwrittenBytes() const;
  // The database itself, for this room's checks.
  Rocks& rocks() { return rocks_; }
  const Rocks& rocks() const { return rocks_; }

 private:
  IndexStore(RocksOptions options, std::string_view log_id);
  // Reads the position. An index without an identity is new, and gets one if `may_write`.
  absl::Status CheckIdentity(bool may_write);
  // DATA_LOSS. Remembers it for damage().
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
