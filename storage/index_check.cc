#include "storage/index_check.h"

#include <algorithm>

#include "storage/facet.h"
#include "storage/key.h"
#include "storage/limits.h"
#include "storage/record.h"

namespace chipline::storage {
namespace {

// The estimated cost of a lookup, in bytes read.
constexpr size_t kRowBytes = 256;

std::string ChunkPlace(uint64_t chunk) { return "index, chunk " + std::to_string(chunk); }

std::string Where(const absl::StatusOr<std::optional<Position>>& found) {
  if (!found->has_value()) return "the index does not have it";
  return "the index has it at " + std::to_string(**found);
}

}  // namespace

IndexCheck::IndexCheck(const EventStore& events, const IndexStore& index, Position head)
    : events_(events),
      index_(index),
      head_(head),
      covered_(index.position() <= head ? index.position() : 0) {}

CheckProgress IndexCheck::progress() const {
  return {std::min(next_ - 1, covered_) + std::min(rows_done_, covered_), 2 * covered_};
}

bool IndexCheck::Step(size_t max_bytes, std::vector<Finding>& findings) {
  const size_t rows = std::max<size_t>(max_bytes / kRowBytes, 1);
  switch (phase_) {
    case Phase::kFilling:
      Fill(max_bytes, findings);
      break;
    case Phase::kIds:
      CompareIds(rows, findings);
      break;
    case Phase::kPostings:
      ComparePostings(rows, findings);
      break;
    case Phase::kSubjects:
      CompareSubjects(findings);
      break;
    case Phase::kRows:
      CountRows(rows, findings);
      break;
    case Phase::kDone:
      break;
  }
  return phase_ != Phase::kDone;
}

void IndexCheck::Fill(size_t max_bytes, std::vector<Finding>& findings) {
  if (index_.position() > head_) {
    findings.push_back({"index", head_ + 1,
                        "the index reaches position " + std::to_string(index_.position()) +
                            ", but the log ends at " + std::to_string(head_) +
                            "; it is made from the log at the next start",
                        /*note=*/true});
    phase_ = Phase::kDone;
    return;
  }
  if (next_ > covered_) {
    phase_ = Phase::kRows;
    return;
  }
  if (!scan_.has_value()) scan_ = events_.ScanFrom(1);
  if (chunk_ == nullptr) {
    chunk_ = std::make_unique<IndexChunk>(IndexChunk::NumberOf(next_));
    postings_.resize(chunk_->number() + 1);
  }
  for (const uint64_t stop = bytes_ + max_bytes; bytes_ < stop && !chunk_->full();) {
    if (block_ == nullptr || next_ > block_->last()) {
      auto block = scan_->Next();
      if (!block.ok() || *block == nullptr || (*block)->first() > next_) {
        // EventCheck reports what is wrong with the log.
        findings.push_back({"index", next_,
                            "not compared from position " + std::to_string(next_) +
                                " on, since the log cannot be read there"});
        phase_ = Phase::kDone;
        return;
      }
      block_ = *std::move(block);
      bytes_ += block_->stored().size();
      continue;
    }
    if (!Add(next_, block_->Record(next_))) {
      findings.push_back({"index", next_,
                          "not compared from position " + std::to_string(next_) +
                              " on, since the event there cannot be read"});
      phase_ = Phase::kDone;
      return;
    }
    ++next_;
  }
  if (!chunk_->full()) return;
  id_ = chunk_->ids().begin();
  posting_ = chunk_->postings().begin();
  phase_ = Phase::kIds;
}

bool IndexCheck::Add(Position position, std::string_view bytes) {
  auto record = ParseRecord(bytes);
  if (!record.ok()) return false;
  const auto event_id = EventIdOf(record->event);
  if (!event_id.ok()) return false;
  chunk_->Add({position, *event_id, record->header.subject, record->header.revision,
               std::move(record->header.entities), position == block_->first()});
  return true;
}

void IndexCheck::CompareIds(size_t rows, std::vector<Finding>& findings) {
  for (; rows > 0 && id_ != chunk_->ids().end(); --rows, ++id_) {
    bytes_ += kRowBytes;
    const auto found = index_.Find(id_->first);
    if (found.ok() && *found == std::optional<Position>(id_->second)) continue;
    if (!found.ok()) {
      findings.push_back(ReadFinding("index, id " + id_->first, id_->second, found.status()));
      continue;
    }
    findings.push_back(
        {"index, id " + id_->first, id_->second,
         "the event is at position " + std::to_string(id_->second) + ", but " + Where(found)});
  }
  if (id_ == chunk_->ids().end()) phase_ = Phase::kPostings;
}

void IndexCheck::ComparePostings(size_t rows, std::vector<Finding>& findings) {
  for (; rows > 0 && posting_ != chunk_->postings().end(); --rows, ++posting_) {
    bytes_ += kRowBytes;
    const auto stored = index_.Postings(posting_->first, chunk_->number());
    if (stored.ok() && *stored == posting_->second) continue;
    if (stored.ok() && stored->empty() && posting_->first == BlockFacet()) {
      ++without_blocks_;
      continue;
    }
    const std::string place = ChunkPlace(chunk_->number()) + ", facet " + posting_->first;
    if (!stored.ok()) {
      findings.push_back(ReadFinding(place, chunk_->last(), stored.status()));
      continue;
    }
    findings.push_back({place, chunk_->last(),
                        "the posting list has " + std::to_string(stored->size()) +
                            " positions, not the " + std::to_string(posting_->second.size()) +
                            " of the log"});
  }
  if (posting_ == chunk_->postings().end()) phase_ = Phase::kSubjects;
}

void IndexCheck::CompareSubjects(std::vector<Finding>& findings) {
  for (const auto& [subject, head] : chunk_->heads()) {
    const auto stored = index_.FindHead(subject);
    if (stored.ok() && stored->has_value()) {
      if ((*stored)->position > chunk_->last()) continue;
      if ((*stored)->position == head.position && (*stored)->revision == head.revision) {
        ++subjects_;
        continue;
      }
    }
    ++subjects_;
    const std::string place = "index, subject " + subject;
    if (!stored.ok()) {
      findings.push_back(ReadFinding(place, head.position, stored.status()));
      continue;
    }
    findings.push_back({place, head.position,
                        "the index does not have its revision " + std::to_string(head.revision)});
  }
  postings_[chunk_->number()] = chunk_->postings().size() - without_blocks_;
  without_blocks_ = 0;
  chunk_.reset();
  phase_ = Phase::kFilling;
}

void IndexCheck::CountRows(size_t rows, std::vector<Finding>& findings) {
  if (row_ == nullptr) {
    row_ = index_.Rows(family_);
    row_->SeekToFirst();
    rows_ = 0;
    posting_rows_.assign(postings_.size(), 0);
  }
  for (; rows > 0 && row_->Valid(); --rows, row_->Next()) {
    bytes_ += row_->key().size() + row_->value().size();
    CountRow(findings);
  }
  if (!row_->Valid()) EndFamily(findings);
}

void IndexCheck::CountRow(std::vector<Finding>& findings) {
  const std::string_view value = row_->value();
  switch (family_) {
    case IndexFamily::kIds:
      ++rows_done_;
      if (value.size() >= sizeof(Position) && FromBigEndian(value) <= covered_) ++rows_;
      break;
    case IndexFamily::kSubjects:
      if (value.size() == 2 * sizeof(Position) &&
          FromBigEndian(value.substr(sizeof(Position))) <= covered_) {
        ++rows_;
      }
      break;
    case IndexFamily::kPostings: {
      const auto chunk = IndexStore::ChunkOfPosting(row_->key());
      if (!chunk.has_value()) {
        findings.push_back({"index, postings", 0, "a key is of no chunk"});
      } else if (*chunk < posting_rows_.size()) {
        ++posting_rows_[*chunk];
      }
      break;
    }
  }
}

void IndexCheck::EndFamily(std::vector<Finding>& findings) {
  if (!row_->status().ok()) {
    findings.push_back(ReadFinding("index", 0, row_->status()));
    // Rows that were not read were not counted.
    phase_ = Phase::kDone;
    return;
  }
  row_.reset();
  const auto more = [](uint64_t rows, uint64_t due) {
    return std::to_string(rows) + " rows, and the events make " + std::to_string(due);
  };
  switch (family_) {
    case IndexFamily::kIds:
      if (rows_ != covered_) findings.push_back({"index, ids", 0, more(rows_, covered_)});
      family_ = IndexFamily::kSubjects;
      break;
    case IndexFamily::kSubjects:
      // Fewer is no fault: a running server may have appended to some of them meanwhile.
      if (rows_ > subjects_) findings.push_back({"index, subjects", 0, more(rows_, subjects_)});
      family_ = IndexFamily::kPostings;
      break;
    case IndexFamily::kPostings:
      for (size_t chunk = 0; chunk < postings_.size(); ++chunk) {
        if (posting_rows_[chunk] == postings_[chunk]) continue;
        findings.push_back(
            {ChunkPlace(chunk) + ", postings", 0, more(posting_rows_[chunk], postings_[chunk])});
      }
      phase_ = Phase::kDone;
      break;
  }
}

}  // namespace chipline::storage
