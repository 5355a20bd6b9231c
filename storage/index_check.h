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

// The index on disk against the log: every chunk is made again from its events, and then every id
// must be found where its event is, every posting list must hold the same positions, every subject
// must have its latest event, and the index must hold nothing else. Events past what the index has
// on disk are in memory while a server runs and are read from the log at the next open; they are
// not looked at. One chunk is in memory at a time. An index in use may grow meanwhile.
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
  // Adds an event to the chunk; false if it does not fit in, which EventCheck says.
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
  // What of the index is looked at: whole chunks up to here.
  const Position covered_;

  Phase phase_ = Phase::kFilling;
  std::optional<EventStore::Scan> scan_;
  std::unique_ptr<IndexChunk> chunk_;
  std::shared_ptr<const Block> block_;
  Position next_ = 1;
  absl::flat_hash_map<std::string, Position>::const_iterator id_;
  absl::flat_hash_map<std::string, Offsets>::const_iterator posting_;

  // What the index must have: rows of subjects, and of postings by chunk.
  uint64_t subjects_ = 0;
  std::vector<uint64_t> postings_;
  // Of the chunk: 1 if it was written by a version that did not list where blocks begin.
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
