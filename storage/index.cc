#include "storage/index.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include "storage/error.h"
#include "storage/facet.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::storage {
namespace {

// The part of `offsets` that is from..to.
Offsets Within(const Offsets& offsets, uint16_t from, uint16_t to) {
  return Offsets(std::lower_bound(offsets.begin(), offsets.end(), from),
                 std::upper_bound(offsets.begin(), offsets.end(), to));
}

Offsets Union(const Offsets& a, const Offsets& b) {
  Offsets result;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

Offsets Intersection(const Offsets& a, const Offsets& b) {
  Offsets result;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

// The facets of a clause; none if a pattern allows every event.
std::optional<std::vector<std::string>> ClauseFacets(const Clause& clause) {
  std::vector<std::string> facets;
  for (const std::string& pattern : clause.subject_patterns) {
    auto facet = PatternFacet(pattern);
    if (!facet.has_value()) return std::nullopt;
    facets.push_back(*std::move(facet));
  }
  for (const std::string& entity : clause.entities) facets.push_back(EntityFacet(entity));
  return facets;
}

}  // namespace

Index::Index(IndexParts parts)
    : events_(*parts.events),
      store_(std::move(parts.store)),
      sync_(std::move(parts.sync)),
      on_complete_(std::move(parts.on_complete)),
      initial_head_(parts.head),
      filling_(std::make_unique<IndexChunk>(IndexChunk::NumberOf(parts.head + 1))),
      synced_(parts.head) {}

Index::~Index() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

bool Index::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

absl::Status Index::status() const {
  {
    MutexLock lock(mutex_);
    if (complete_) return absl::OkStatus();
  }
  return state().status;
}

IndexState Index::state() const {
  MutexLock lock(mutex_);
  IndexState state = state_;
  if (complete_) return state;
  state.built = store_->position();
  const IndexChunk& first = full_.empty() ? *filling_ : *full_.front();
  state.target = filled_ ? first.number() * limits::kIndexChunkEvents : initial_head_;
  state.status = RetryError(
      "INDEX_REBUILDING",
      state.status.ok()
          ? "the index is being made from the log, and has " + std::to_string(state.built) +
                " events so far; send the same again soon"
          : "the index does not work, and is tried again: " + std::string(state.status.message()),
      kRetryDelay);
  return state;
}

absl::Status Index::Checked(const absl::Status& status) const {
  if (!absl::IsDataLoss(status)) return status;
  {
    MutexLock lock(mutex_);
    damaged_ = true;
    changed_.NotifyAll();
  }
  return RetryError("INDEX_REBUILDING",
                    "the index is damaged, and is made anew from the log; send the same again soon",
                    kRetryDelay);
}

template <typename Read>
auto Index::FromStore(const Read& read) const -> decltype(read(std::declval<const IndexStore&>())) {
  const uint64_t generation = store_->generation();
  RETURN_IF_ERROR(status());
  auto result = read(*store_);
  // The store was opened again or deleted meanwhile, so a missing row may have existed.
  if (store_->generation() != generation) {
    return RetryError("INDEX_REBUILDING", "the index was opened anew; send the same again",
                      kRetryDelay);
  }
  if (!result.ok()) return Checked(result.status());
  return result;
}

void Index::Add(const std::vector<IndexedEvent>& events) {
  MutexLock lock(mutex_);
  for (const IndexedEvent& event : events) {
    filling_->Add(event);
    if (!filling_->full()) continue;
    const uint64_t next = filling_->number() + 1;
    full_.push_back(std::move(filling_));
    filling_ = std::make_unique<IndexChunk>(next);
    changed_.NotifyAll();
  }
}

void Index::WaitForRoom(absl::Duration timeout) {
  const auto due = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  MutexLock lock(mutex_);
  while (full_.size() >= limits::kMaxUnwrittenChunks && complete_ && !closed_) {
    if (!changed_.WaitUntil(mutex_, due)) return;
  }
}

absl::Status Index::CheckRoom() const {
  {
    MutexLock lock(mutex_);
    if (complete_ && full_.size() >= limits::kMaxUnwrittenChunks) {
      return RetryError("OVERLOADED",
                        "the disk of the index is too slow for what is appended; send the same "
                        "again soon",
                        kRetryDelay);
    }
    if (complete_) return absl::OkStatus();
  }
  return status();
}

void Index::Synced(Position position) {
  MutexLock lock(mutex_);
  synced_ = std::max(synced_, position);
  if (!full_.empty() && full_.front()->last() <= synced_) changed_.NotifyAll();
}

std::shared_ptr<const IndexChunk> Index::FullChunk(uint64_t number) const {
  for (const auto& chunk : full_) {
    if (chunk->number() == number) return chunk;
  }
  return nullptr;
}

std::vector<std::shared_ptr<const IndexChunk>> Index::FullChunks() const {
  MutexLock lock(mutex_);
  return {full_.rbegin(), full_.rend()};
}

absl::StatusOr<std::optional<Position>> Index::Find(std::string_view event_id) const {
  std::vector<std::shared_ptr<const IndexChunk>> full;
  {
    MutexLock lock(mutex_);
    if (const auto found = filling_->Find(event_id)) return found;
    full.assign(full_.rbegin(), full_.rend());
  }
  for (const auto& chunk : full) {
    if (const auto found = chunk->Find(event_id)) return found;
  }
  // After memory: a chunk leaves memory only when it is in the store.
  return FromStore([event_id](const IndexStore& store) { return store.Find(event_id); });
}

absl::StatusOr<Head> Index::FindHead(std::string_view subject) const {
  std::vector<std::shared_ptr<const IndexChunk>> full;
  {
    MutexLock lock(mutex_);
    if (const auto found = filling_->FindHead(subject)) return *found;
    full.assign(full_.rbegin(), full_.rend());
  }
  for (const auto& chunk : full) {
    if (const auto found = chunk->FindHead(subject)) return *found;
  }
  ASSIGN_OR_RETURN(const std::optional<Head> stored, FromStore([subject](const IndexStore& store) {
                     return store.FindHead(subject);
                   }));
  return stored.value_or(Head());
}

absl::StatusOr<std::optional<Offsets>> Index::Postings(std::string_view facet, Position from,
                                                       Position to) const {
  const uint64_t number = IndexChunk::NumberOf(from);
  const uint16_t first = IndexChunk::OffsetOf(from);
  const uint16_t last = IndexChunk::OffsetOf(to);
  std::shared_ptr<const IndexChunk> full;
  {
    MutexLock lock(mutex_);
    if (filling_->number() == number) {
      if (!filled_) return std::nullopt;
      return Within(filling_->Postings(facet), first, last);
    }
    full = FullChunk(number);
  }
  if (full != nullptr) return Within(full->Postings(facet), first, last);
  // A chunk leaves memory only after it is in the store.
  const uint64_t generation = store_->generation();
  if (store_->position() < to) return std::nullopt;
  const auto stored = store_->Postings(facet, number);
  if (store_->generation() != generation) return std::nullopt;
  if (absl::IsDataLoss(stored.status())) {
    Checked(stored.status()).IgnoreError();
    return std::nullopt;
  }
  RETURN_IF_ERROR(stored.status());
  return Within(*stored, first, last);
}

absl::StatusOr<Candidates> Index::FindCandidates(const Filter& filter, Position from,
                                                 Position to) const {
  Candidates result;
  for (const Clause& clause : filter.clauses) {
    const auto facets = ClauseFacets(clause);
    if (!facets.has_value()) continue;
    Offsets any;
    for (const std::string& facet : *facets) {
      ASSIGN_OR_RETURN(const auto postings, Postings(facet, from, to));
      result.rows += limits::kPostingsRows;
      if (!postings.has_value()) return Candidates{std::nullopt, result.rows};
      result.rows += postings->size() / limits::kPostingsARow;
      any = any.empty() ? *postings : Union(any, *postings);
    }
    result.offsets = result.offsets.has_value() ? Intersection(*result.offsets, any) : any;
    if (result.offsets->empty()) break;
  }
  return result;
}

absl::StatusOr<Offsets> Index::BlockStarts(Position from, Position to) const {
  ASSIGN_OR_RETURN(auto starts, Postings(BlockFacet(), from, to));
  return std::move(starts).value_or(Offsets());
}

absl::StatusOr<HeadRows> Index::Heads(std::string_view prefix, std::string_view after, size_t limit,
                                      Position head) const {
  std::map<std::string, Head> merged;
  // A result that reached its limit says nothing about subjects behind its last row.
  std::optional<std::string> known_up_to;
  const auto add = [&](HeadRows rows) {
    if (rows.size() == limit && (!known_up_to.has_value() || rows.back().first < *known_up_to)) {
      known_up_to = rows.back().first;
    }
    for (auto& [subject, found] : rows) {
      const auto [row, is_new] = merged.try_emplace(std::move(subject), found);
      if (!is_new && row->second.position < found.position) row->second = found;
    }
  };
  // In this order: a chunk that fills up or leaves memory meanwhile is then seen twice and not
  // missed.
  HeadRows filling;
  {
    MutexLock lock(mutex_);
    filling = filling_->Heads(prefix, after, limit, head);
  }
  add(std::move(filling));
  for (const auto& chunk : FullChunks()) add(chunk->Heads(prefix, after, limit, head));
  ASSIGN_OR_RETURN(HeadRows stored, FromStore([&](const IndexStore& store) {
                     return store.Heads(prefix, after, limit);
                   }));
  add(std::move(stored));

  HeadRows rows;
  for (auto row = merged.begin(); row != merged.end() && rows.size() < limit; ++row) {
    if (known_up_to.has_value() && row->first > *known_up_to) break;
    rows.emplace_back(row->first, row->second);
  }
  return rows;
}

}  // namespace chipline::storage
