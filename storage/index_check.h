#ifndef CHIPLINE_STORAGE_INDEX_CHECK_H_
#define CHIPLINE_STORAGE_INDEX_CHECK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/event_store.h"
#include "storage/finding.h"
#include "storage/index_chunk.h"
#include "storage/index_store.h"

namespace chipline::storage {

// Compares the index on disk with the log. It builds every chunk again from its events. Then every
// id must be found where its event is, every posting list must have the same positions, every
// subject must have its latest event, and the index must contain nothing else. Events that the
// index does not have on disk yet are not checked: a running server has them in memory, and the
// next open reads them from the log. One chunk is in memory at a time. The index may be in use and
// grow meanwhile.
class IndexCheck final : public Check {
 public:
  // `head`: where the log ends.
  IndexCheck(const EventStore& events, const IndexStore& index, Position head);

  std::string_view name() const override { return "index"; }
  bool Step(size_t max_bytes, std::vector<Finding>& findings) override;
  // In positions, and as many rows of the index.
  CheckProgress progress() const override;
  uint64_t bytes() const override { return bytes_; }

 private:
  enum class Phase { kFilling, kIds, kPostings, kSubjects, kRows, kDone };

  void Fill(size_t max_bytes, std::vector<Finding>& findings);
  // Adds an event to the chunk. False if it does not fit in, which EventCheck reports.
  bool Add(Position position, std::string_view bytes);
  void CompareIds(size_t rows, std::vector<Finding>& findings);
  void ComparePostings(size_t rows, std::vector<Finding>& findings);
  void CompareSubjects(std::vector<Finding>& findings);
  void CountRows(size_t rows, std::vector<Finding>& findings);
  void CountRow(std::vector<Finding>& findings);
  void EndFamily(std::vector<Finding>& findings);

  const EventStore& events_;
  const IndexStore& index_;
  const Position head_;
  // The part of the index that is checked: whole chunks up to this position.
  const Position covered_;

  Phase phase_ = Phase::kFilling;
  std::optional<EventStore::Scan> scan_;
  std::unique_ptr<IndexChunk> chunk_;
  std::shared_ptr<const Block> block_;
  Position next_ = 1;
  absl::flat_hash_map<std::string, Position>::const_iterator id_;
  absl::flat_hash_map<std::string, Offsets>::const_iterator posting_;

  // What the index must have: rows of subjects, and rows of postings for each chunk.
  uint64_t subjects_ = 0;
  std::vector<uint64_t> postings_;
  // 1 if the chunk was written by a version that did not list where blocks begin.
  uint64_t without_blocks_ = 0;

  IndexFamily family_ = IndexFamily::kIds;
  std::unique_ptr<RocksRows> row_;
  uint64_t rows_ = 0;
  std::vector<uint64_t> posting_rows_;
  uint64_t rows_done_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_INDEX_CHECK_H_
