#include "storage/index.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

#include "storage/error.h"
#include "storage/facet.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
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

// The facets that a clause allows; none if a pattern allows every event.
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

// What every subject that fits the pattern starts with.
std::string_view LiteralPrefix(std::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of("*>"));
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
  // It was opened anew or deleted meanwhile: what is not there may have been.
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
  // After memory: what leaves it is in the store.
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

absl::StatusOr<std::optional<Offsets>> Index::Candidates(const Filter& filter, Position from,
                                                         Position to) const {
  std::optional<Offsets> candidates;
  for (const Clause& clause : filter.clauses) {
    const auto facets = ClauseFacets(clause);
    if (!facets.has_value()) continue;
    Offsets any;
    for (const std::string& facet : *facets) {
      ASSIGN_OR_RETURN(const auto postings, Postings(facet, from, to));
      if (!postings.has_value()) return std::nullopt;
      any = any.empty() ? *postings : Union(any, *postings);
    }
    candidates = candidates.has_value() ? Intersection(*candidates, any) : any;
    if (candidates->empty()) break;
  }
  return candidates;
}

absl::StatusOr<Offsets> Index::BlockStarts(Position from, Position to) const {
  ASSIGN_OR_RETURN(auto starts, Postings(BlockFacet(), from, to));
  return std::move(starts).value_or(Offsets());
}

std::map<std::string, Head> Index::RecentHeads(std::string_view prefix) const {
  std::map<std::string, Head> recent;
  const auto collect = [&](const IndexChunk& chunk) {
    for (const auto& [subject, head] : chunk.heads()) {
      if (absl::StartsWith(subject, absl::string_view(prefix.data(), prefix.size()))) {
        recent.insert({subject, head});
      }
    }
  };
  // Newest first, so that the latest head of a subject is the one that stays. The order of the two
  // looks matters: a chunk that fills up between them is then seen twice, not missed.
  {
    MutexLock lock(mutex_);
    collect(*filling_);
  }
  for (const auto& chunk : FullChunks()) collect(*chunk);
  return recent;
}

absl::StatusOr<std::vector<std::pair<std::string, Head>>> Index::Subjects(std::string_view pattern,
                                                                          std::string_view after,
                                                                          size_t limit) const {
  const std::string_view prefix = LiteralPrefix(pattern);
  std::map<std::string, Head> recent = RecentHeads(prefix);
  std::vector<std::pair<std::string, Head>> subjects;
  std::string at(after);
  while (subjects.size() < limit) {
    ASSIGN_OR_RETURN(const auto stored, FromStore([&](const IndexStore& store) {
                       return store.Heads(prefix, at, limit);
                     }));
    // Up to the last stored one of this round memory and store can be merged.
    const bool last_round = stored.size() < limit;
    std::map<std::string, Head> merged(stored.begin(), stored.end());
    const auto stop = last_round ? recent.end() : recent.upper_bound(stored.back().first);
    for (auto head = recent.upper_bound(at); head != stop; ++head) {
      merged.insert_or_assign(head->first, head->second);
    }
    for (auto& [subject, head] : merged) {
      if (subjects.size() == limit) break;
      if (pattern.empty() || SubjectMatches(pattern, subject)) subjects.emplace_back(subject, head);
    }
    if (last_round) break;
    at = stored.back().first;
  }
  return subjects;
}

}  // namespace chipline::storage
