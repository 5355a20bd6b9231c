#ifndef CHIPLINE_STORAGE_INDEX_STORE_H_
#define CHIPLINE_STORAGE_INDEX_STORE_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/db.h"

#include "storage/index_chunk.h"
#include "storage/position.h"
#include "storage/rocks_open.h"

namespace chipline::storage {

// The families of the index whose rows follow from events.
enum class IndexFamily { kIds, kSubjects, kPostings };

// DATA/index: whole chunks of the index in RocksDB. Everything in it follows from the log, so it
// may be deleted while no process has the directory. Thread-safe, with one writer at a time.
class IndexStore {
 public:
  // Opens or makes it. One that is damaged, or of another log or format, is deleted and made anew.
  static absl::StatusOr<std::unique_ptr<IndexStore>> Open(const std::filesystem::path& directory,
                                                          std::string_view log_id,
                                                          rocksdb::Env* env);
  // Opens it for reading alone; nothing in the directory changes, and Write fails. NOT_FOUND if
  // there is none, DATA_LOSS if it is damaged, FAILED_PRECONDITION if it is of another log or
  // layout.
  static absl::StatusOr<std::unique_ptr<IndexStore>> OpenToRead(
      const std::filesystem::path& directory, std::string_view log_id);
  ~IndexStore();

  // The position up to which it reaches: the last of a chunk, or 0.
  Position position() const { return position_; }

  // Adds the chunk after position(), synced.
  absl::Status Write(const IndexChunk& chunk);

  absl::StatusOr<std::optional<Position>> Find(std::string_view event_id) const;
  absl::StatusOr<std::optional<Head>> FindHead(std::string_view subject) const;
  // Empty if the chunk has none.
  absl::StatusOr<Offsets> Postings(std::string_view facet, uint64_t chunk) const;
  // Subjects after `after` in byte order that start with `prefix`, at most `limit`.
  absl::StatusOr<std::vector<std::pair<std::string, Head>>> Heads(std::string_view prefix,
                                                                  std::string_view after,
                                                                  size_t limit) const;

  // All rows of a family, in the order of their keys.
  std::unique_ptr<rocksdb::Iterator> Rows(IndexFamily which) const;
  // The chunk that a key of kPostings is of; none if it is no such key.
  static std::optional<uint64_t> ChunkOfPosting(std::string_view key);
  // The database itself and its families, for this room's checks.
  rocksdb::ColumnFamilyHandle* family(IndexFamily which) const;
  rocksdb::DB& rocks() const { return *db_; }

 private:
  IndexStore() = default;
  // FAILED_PRECONDITION if what is there is of another log or format.
  static absl::StatusOr<std::unique_ptr<IndexStore>> TryOpen(const std::filesystem::path& directory,
                                                             std::string_view log_id,
                                                             rocksdb::Env* env);
  static std::unique_ptr<IndexStore> Of(RocksFamilies opened);
  // Reads the position. An index without an identity is new, and gets one if it `may_write`.
  absl::Status CheckIdentity(std::string_view log_id, bool may_write);

  // Constant after Open, but for the position, which belongs to the writer.
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* ids_ = nullptr;
  rocksdb::ColumnFamilyHandle* subjects_ = nullptr;
  rocksdb::ColumnFamilyHandle* postings_ = nullptr;
  rocksdb::ColumnFamilyHandle* meta_ = nullptr;
  Position position_ = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_STORE_H_
