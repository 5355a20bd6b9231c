#include "storage/cursor.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "storage/event_store.h"
#include "storage/index.h"
#include "storage/log_reader.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/tail.h"

namespace chipline::storage {
namespace {

void AddSlice(Batch& batch, const std::shared_ptr<const Block>& block, Position from, Position to) {
  const std::string_view bytes = block->Fields(from, to);
  batch.events += to - from + 1;
  batch.bytes += bytes.size();
  if (!batch.slices.empty()) {
    BlockSlice& last = batch.slices.back();
    if (last.block == block && last.bytes.data() + last.bytes.size() == bytes.data()) {
      last.bytes = std::string_view(last.bytes.data(), last.bytes.size() + bytes.size());
      return;
    }
  }
  batch.slices.push_back({block, bytes});
}

// The event at `position` as a block of its own, if most of the memory of its block would be for
// other events. A batch may have many such blocks, and each would be uncached memory.
std::shared_ptr<const Block> Alone(const std::shared_ptr<const Block>& block, Position position) {
  constexpr size_t kSmallPart = 8;
  const std::string_view record = block->Record(position);
  if (record.size() * kSmallPart > block->stored().size()) return block;
  BlockBuilder alone(position);
  alone.Add(record);
  return std::move(alone).Finish();
}

// The end of the append of the event at `position` of `block`.
absl::StatusOr<Position> AppendEnd(const Block& block, Position position) {
  ASSIGN_OR_RETURN(const Record record, ParseRecord(block.Record(position)));
  return record.header.append_last_position();
}

}  // namespace

struct Cursor::Impl {
  const LogReader& reader;
  Filter filter;
  Position bound;
  // The block read last: the next event is usually in it.
  std::shared_ptr<const Block> block;

  // The block that holds `position`, from memory if possible. `starts` is for the index chunk of
  // the position, and read when it is needed.
  absl::StatusOr<std::shared_ptr<const Block>> BlockAt(Position position,
                                                       std::optional<Offsets>& starts,
                                                       Batch& batch);
  absl::Status ReadAll(size_t max_bytes, Batch& batch);
  absl::Status AddFromBlock(const std::shared_ptr<const Block>& from, size_t max_bytes,
                            Batch& batch);
  absl::Status ReadMatching(Position after, size_t max_bytes, Batch& batch);
  // Examines from..to, which must be in one chunk. Returns false if it stopped early, with the
  // batch at the end of an append.
  absl::StatusOr<bool> ReadChunk(Position from, Position to, size_t max_bytes, Batch& batch);
};

Cursor::Cursor(const LogReader& reader, Filter filter, Position after, Position bound)
    : impl_(std::make_unique<Impl>(Impl{reader, std::move(filter), bound, nullptr})),
      position_(after) {}

Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;

absl::StatusOr<Batch> Cursor::Next(size_t max_bytes) {
  Batch batch;
  batch.position = position_;
  batch.end = impl_->bound != 0 ? impl_->bound : impl_->reader.head();
  if (position_ >= batch.end) return batch;
  RETURN_IF_ERROR(impl_->filter.matches_all() ? impl_->ReadAll(max_bytes, batch)
                                              : impl_->ReadMatching(position_, max_bytes, batch));
  position_ = batch.position;
  // A cursor that waits at the end keeps nothing but its position.
  if (batch.at_end()) impl_->block.reset();
  return batch;
}

absl::StatusOr<std::shared_ptr<const Block>> Cursor::Impl::BlockAt(Position position,
                                                                   std::optional<Offsets>& starts,
                                                                   Batch& batch) {
  if (block != nullptr && block->first() <= position && position <= block->last()) return block;
  if (auto recent = reader.tail().BlockAt(position)) return block = std::move(recent);
  batch.from_disk = true;
  batch.rows += limits::kBlockRows;
  const uint16_t offset = IndexChunk::OffsetOf(position);
  const Position base = position - offset;
  if (!starts.has_value()) {
    ASSIGN_OR_RETURN(starts,
                     reader.index().BlockStarts(base, base + limits::kIndexChunkEvents - 1));
  }
  const auto after = std::upper_bound(starts->begin(), starts->end(), offset);
  if (after == starts->begin()) {
    // The block begins in the chunk before, or the index does not know.
    ASSIGN_OR_RETURN(block, reader.events().BlockAt(position));
  } else {
    ASSIGN_OR_RETURN(block, reader.events().BlockFrom(base + *std::prev(after), position));
  }
  return block;
}

absl::Status Cursor::Impl::ReadAll(size_t max_bytes, Batch& batch) {
  std::optional<EventStore::Scan> scan;
  while (batch.position < batch.end && batch.bytes < max_bytes) {
    auto next = reader.tail().BlockAt(batch.position + 1);
    if (next == nullptr) {
      batch.from_disk = true;
      if (!scan.has_value()) scan = reader.events().ScanFrom(batch.position + 1);
      ASSIGN_OR_RETURN(next, scan->Next());
    }
    if (next == nullptr || next->last() <= batch.position || next->first() > batch.position + 1) {
      // The scan is not where it should be. The store reports what is missing.
      ASSIGN_OR_RETURN(next, reader.events().BlockAt(batch.position + 1));
    }
    RETURN_IF_ERROR(AddFromBlock(next, max_bytes, batch));
  }
  return absl::OkStatus();
}

absl::Status Cursor::Impl::AddFromBlock(const std::shared_ptr<const Block>& from, size_t max_bytes,
                                        Batch& batch) {
  const Position first = std::max(from->first(), batch.position + 1);
  const Position last = std::min(from->last(), batch.end);
  if (batch.bytes + from->Fields(first, last).size() <= max_bytes) {
    AddSlice(batch, from, first, last);
    batch.position = last;
    return absl::OkStatus();
  }
  // Only a part of the block fits: append by append.
  for (Position next = first; next <= last && batch.bytes < max_bytes;) {
    ASSIGN_OR_RETURN(const Position append_end, AppendEnd(*from, next));
    const Position to = std::min(append_end, last);
    AddSlice(batch, from, next, to);
    batch.position = to;
    next = to + 1;
  }
  return absl::OkStatus();
}

absl::Status Cursor::Impl::ReadMatching(Position after, size_t max_bytes, Batch& batch) {
  for (Position from = after + 1; from <= batch.end;) {
    const Position chunk_last = (IndexChunk::NumberOf(from) + 1) * limits::kIndexChunkEvents - 1;
    const Position to = std::min(batch.end, chunk_last);
    ASSIGN_OR_RETURN(const bool through, ReadChunk(from, to, max_bytes, batch));
    if (!through) return absl::OkStatus();
    const bool enough = batch.bytes >= max_bytes || batch.rows >= limits::kScanStepRows;
    // If an append began in this chunk and matched, it is examined to its end.
    if (enough && to < batch.end && batch.position <= to) {
      // Progress is reported only at the end of an append.
      ASSIGN_OR_RETURN(const Position append_end, reader.AppendEndAtOrBefore(to));
      batch.position = std::max(batch.position, append_end);
      if (batch.position > after) return absl::OkStatus();
    }
    from = to + 1;
  }
  batch.position = batch.end;
  return absl::OkStatus();
}

absl::StatusOr<bool> Cursor::Impl::ReadChunk(Position from, Position to, size_t max_bytes,
                                             Batch& batch) {
  ASSIGN_OR_RETURN(const Candidates candidates, reader.index().FindCandidates(filter, from, to));
  batch.rows += candidates.rows;
  const auto& offsets = candidates.offsets;
  const size_t count = offsets.has_value() ? offsets->size() : to - from + 1;
  const Position base = from - IndexChunk::OffsetOf(from);
  std::optional<Offsets> starts;
  for (size_t i = 0; i < count; ++i) {
    const Position position = offsets.has_value() ? base + (*offsets)[i] : from + i;
    // batch.position is the end of the last append examined.
    const bool enough = batch.bytes >= max_bytes || batch.rows >= limits::kScanStepRows;
    if (enough && position > batch.position && batch.position >= from) return false;
    ASSIGN_OR_RETURN(const auto holder, BlockAt(position, starts, batch));
    ++batch.rows;
    ASSIGN_OR_RETURN(const Record record, ParseRecord(holder->Record(position)));
    batch.position = std::min(record.header.append_last_position(), batch.end);
    if (!filter.Matches(record.header)) continue;
    const bool lone = offsets.has_value() &&
                      (i == 0 || base + (*offsets)[i - 1] < holder->first()) &&
                      (i + 1 == count || base + (*offsets)[i + 1] > holder->last());
    AddSlice(batch, lone ? Alone(holder, position) : holder, position, position);
  }
  return true;
}

}  // namespace chipline::storage
