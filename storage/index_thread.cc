#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/error.h"
#include "storage/index.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

// The thread of the index: it maintains the store, writes it after the commits, and builds it from
// the log.
namespace chipline::storage {
namespace {

// Events that are read before the log opens: as many as a crash leaves, at about 100,000 a second.
// More are read in the background.
constexpr Position kReadAtStart = (limits::kMaxUnwrittenChunks + 1) * limits::kIndexChunkEvents;
// How often a failed store is opened again before it is rebuilt.
constexpr int kTriesBeforeAnew = 3;

constexpr char kLogUnreadable[] = "LOG_UNREADABLE";

// The error if the index cannot be built because the log cannot be read.
absl::Status LogUnreadable(const absl::Status& status) {
  return Error(absl::StatusCode::kUnavailable, kLogUnreadable,
               "the log cannot be read: " + std::string(status.message()));
}

// Reads events of the log into chunks, in order.
class ChunkReader {
 public:
  // From the position `first` on.
  ChunkReader(const EventStore& events, Position first)
      : scan_(events.ScanFrom(first)), next_(first) {}

  // Adds the events up to `last`. UNAVAILABLE, reason kLogUnreadable, if one is missing.
  absl::Status Read(Position last, IndexChunk& chunk) {
    while (next_ <= last) {
      if (block_ == nullptr || next_ > block_->last()) RETURN_IF_ERROR(NextBlock());
      auto record = ParseRecord(block_->Record(next_));
      if (!record.ok()) return LogUnreadable(record.status());
      const auto event_id = EventIdOf(record->event);
      if (!event_id.ok()) return LogUnreadable(event_id.status());
      chunk.Add({next_, *event_id, record->header.subject, record->header.revision,
                 std::move(record->header.entities), next_ == block_->first()});
      ++next_;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status NextBlock() {
    auto block = scan_.Next();
    if (!block.ok()) return LogUnreadable(block.status());
    if (*block == nullptr || (*block)->first() > next_) {
      return LogUnreadable(
          absl::DataLossError("no stored block holds position " + std::to_string(next_)));
    }
    block_ = *std::move(block);
    return absl::OkStatus();
  }

  EventStore::Scan scan_;
  std::shared_ptr<const Block> block_;
  Position next_;
};

// Whether the store is of this log: the last event that it covers is where the log has it. The
// index of a log that diverged from this one differs there.
absl::StatusOr<bool> IsOf(const IndexStore& store, const EventStore& events) {
  const Position last = store.position();
  if (last == 0) return true;
  const auto block = events.BlockAt(last);
  if (!block.ok()) return LogUnreadable(block.status());
  const auto record = ParseRecord((*block)->Record(last));
  if (!record.ok()) return LogUnreadable(record.status());
  const auto event_id = EventIdOf(record->event);
  if (!event_id.ok()) return LogUnreadable(event_id.status());
  ASSIGN_OR_RETURN(const auto found, store.Find(*event_id));
  return found == std::optional<Position>(last);
}

}  // namespace

void Index::Start() {
  const absl::Status opened = OpenStore();
  if (!opened.ok()) Failed(opened);
  const bool soon = opened.ok() && initial_head_ - store_->position() <= kReadAtStart;
  // If this fails, the thread tries again.
  if (soon) Prepare().IgnoreError();
  thread_ = std::thread([this] { Run(); });
}

void Index::Run() {
  NameThread("index-write");
  while (!closed()) {
    absl::Status status = Prepare();
    if (status.ok()) status = Follow();
    if (status.ok()) return;
    Failed(status);
  }
}

void Index::Failed(const absl::Status& status) {
  const std::string cause(status.message());
  // The store is then good but not complete.
  const bool of_log = ReasonOf(status) == kLogUnreadable;
  if (!of_log) {
    ++failures_;
    store_open_ = false;
    if (absl::IsDataLoss(status) || failures_ % kTriesBeforeAnew == 0) anew_ = cause;
  }
  {
    MutexLock lock(mutex_);
    complete_ = false;
    state_.status = status;
    state_.cause = cause;
    if (anew_.empty() && !store_open_) ++state_.reopened;
    changed_.NotifyAll();
  }
  // The first time at once: most stores work again once they are opened again.
  if (of_log || failures_ > 1) Rest();
}

void Index::Rest() {
  const auto due = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kRetryDelay);
  MutexLock lock(mutex_);
  while (!closed_ && changed_.WaitUntil(mutex_, due)) {
  }
}

Position Index::synced() const {
  MutexLock lock(mutex_);
  return synced_;
}

bool Index::filled_at_start() const {
  MutexLock lock(mutex_);
  return filled_;
}

Position Index::MemoryBegin() const {
  MutexLock lock(mutex_);
  const IndexChunk& first = full_.empty() ? *filling_ : *full_.front();
  return std::max<Position>(first.number() * limits::kIndexChunkEvents, 1);
}

absl::Status Index::OpenStore() {
  absl::Status opened = anew_.empty() ? store_->Open() : absl::OkStatus();
  if (absl::IsDataLoss(opened) || absl::IsFailedPrecondition(opened)) {
    anew_ = std::string(opened.message());
  } else if (opened.ok() && store_->position() > synced()) {
    anew_ = "the index reaches position " + std::to_string(store_->position()) +
            ", and the log is known up to " + std::to_string(synced());
  } else if (opened.ok()) {
    const absl::StatusOr<bool> of_log = IsOf(*store_, events_);
    if (of_log.ok() && !*of_log) anew_ = "the index is of a log that went on otherwise";
    if (absl::IsDataLoss(of_log.status())) anew_ = std::string(of_log.status().message());
  }
  if (!anew_.empty()) {
    {
      MutexLock lock(mutex_);
      state_.cause = anew_;
      damaged_ = false;
    }
    RETURN_IF_ERROR(store_->Destroy());
    opened = store_->Open();
    // Only now: while the disk fails, opening is tried again and again, and nothing is deleted.
    if (opened.ok()) {
      MutexLock lock(mutex_);
      ++state_.rebuilds;
    }
  }
  if (opened.ok()) anew_.clear();
  store_open_ = opened.ok();
  return opened;
}

absl::Status Index::Prepare() {
  if (!store_open_) RETURN_IF_ERROR(OpenStore());
  {
    // A write that was reported as failed may still be there.
    MutexLock lock(mutex_);
    while (!full_.empty() && full_.front()->last() <= store_->position()) full_.pop_front();
  }
  RETURN_IF_ERROR(Build());
  RETURN_IF_ERROR(Fill());
  MutexLock lock(mutex_);
  complete_ = true;
  state_.status = absl::OkStatus();
  changed_.NotifyAll();
  return absl::OkStatus();
}

absl::Status Index::Build() {
  const Position end = MemoryBegin() - 1;
  if (store_->position() >= end) return absl::OkStatus();
  ChunkReader reader(events_, store_->position() + 1);
  while (store_->position() < end) {
    if (closed()) return absl::CancelledError("closed");
    IndexChunk chunk(IndexChunk::NumberOf(store_->position() + 1));
    RETURN_IF_ERROR(reader.Read((chunk.number() + 1) * limits::kIndexChunkEvents - 1, chunk));
    RETURN_IF_ERROR(store_->Write(chunk));
    failures_ = 0;
  }
  return absl::OkStatus();
}

absl::Status Index::Fill() {
  if (!filled_at_start()) {
    auto chunk = std::make_unique<IndexChunk>(IndexChunk::NumberOf(initial_head_ + 1));
    const Position first = MemoryBegin();
    if (first <= initial_head_) {
      ChunkReader reader(events_, first);
      RETURN_IF_ERROR(reader.Read(initial_head_, *chunk));
    }
    MutexLock lock(mutex_);
    filling_ = std::move(chunk);
    filled_ = true;
  }
  if (!told_complete_ && on_complete_) {
    if (const absl::Status told = on_complete_(); !told.ok()) return LogUnreadable(told);
  }
  told_complete_ = true;
  return absl::OkStatus();
}

absl::Status Index::Follow() {
  while (true) {
    ASSIGN_OR_RETURN(const auto chunk, NextToWrite());
    if (chunk == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(store_->Write(*chunk));
    failures_ = 0;
    MutexLock lock(mutex_);
    full_.pop_front();
    changed_.NotifyAll();
  }
}

absl::StatusOr<std::shared_ptr<const IndexChunk>> Index::NextToWrite() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!closed_ && !damaged_ &&
             (full_.empty() || (full_.front()->last() > synced_ && !sync_))) {
        changed_.Wait(mutex_);
      }
      if (damaged_) return absl::DataLossError("what was read of it is not what was written");
      const bool synced = !full_.empty() && full_.front()->last() <= synced_;
      if (synced) return full_.front();
      // The next start reads from the log what is not written.
      if (closed_) return nullptr;
    }
    const absl::StatusOr<Position> synced = sync_();
    if (!synced.ok()) return LogUnreadable(synced.status());
    Synced(*synced);
  }
}

}  // namespace chipline::storage
