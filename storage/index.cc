#include "storage/index.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

#include "storage/facet.h"
#include "storage/status_macros.h"
#include "storage/subject_pattern.h"
#include "storage/thread_name.h"

namespace chipline::storage {
namespace {

// How long to wait before writing a chunk again after the disk refused it.
constexpr std::chrono::seconds kRetryInterval(1);

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

Index::Index(std::unique_ptr<IndexStore> store)
    : store_(std::move(store)),
      stored_position_(store_->position()),
      filling_(std::make_unique<IndexChunk>(IndexChunk::NumberOf(store_->position() + 1))),
      writer_([this] { WriteBehind(); }) {}

Index::~Index() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.NotifyAll();
  writer_.join();
}

void Index::Add(const std::vector<IndexedEvent>& events) {
  MutexLock lock(mutex_);
  for (const IndexedEvent& event : events) {
    filling_->Add(event);
    if (!filling_->full()) continue;
    while (full_.size() >= limits::kMaxUnwrittenChunks && !closed_) changed_.Wait(mutex_);
    const uint64_t next = filling_->number() + 1;
    full_.push_back(std::move(filling_));
    filling_ = std::make_unique<IndexChunk>(next);
    changed_.NotifyAll();
  }
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
  return store_->Find(event_id);
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
  ASSIGN_OR_RETURN(const std::optional<Head> stored, store_->FindHead(subject));
  return stored.value_or(Head());
}

absl::StatusOr<Offsets> Index::Postings(std::string_view facet, Position from, Position to) const {
  const uint64_t number = IndexChunk::NumberOf(from);
  const uint16_t first = IndexChunk::OffsetOf(from);
  const uint16_t last = IndexChunk::OffsetOf(to);
  std::shared_ptr<const IndexChunk> full;
  {
    MutexLock lock(mutex_);
    if (filling_->number() == number) return Within(filling_->Postings(facet), first, last);
    full = FullChunk(number);
  }
  if (full != nullptr) return Within(full->Postings(facet), first, last);
  // A chunk leaves memory only after it is in the store.
  ASSIGN_OR_RETURN(const Offsets stored, store_->Postings(facet, number));
  return Within(stored, first, last);
}

absl::StatusOr<std::optional<Offsets>> Index::Candidates(const Filter& filter, Position from,
                                                         Position to) const {
  std::optional<Offsets> candidates;
  for (const Clause& clause : filter.clauses) {
    const auto facets = ClauseFacets(clause);
    if (!facets.has_value()) continue;
    Offsets any;
    for (const std::string& facet : *facets) {
      ASSIGN_OR_RETURN(const Offsets postings, Postings(facet, from, to));
      any = any.empty() ? postings : Union(any, postings);
    }
    candidates = candidates.has_value() ? Intersection(*candidates, any) : any;
    if (candidates->empty()) break;
  }
  return candidates;
}

absl::StatusOr<Offsets> Index::BlockStarts(Position from, Position to) const {
  return Postings(BlockFacet(), from, to);
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
    ASSIGN_OR_RETURN(const auto stored, store_->Heads(prefix, at, limit));
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

void Index::WriteBehind() {
  NameThread("index-write");
  while (true) {
    std::shared_ptr<const IndexChunk> chunk;
    {
      MutexLock lock(mutex_);
      while (full_.empty() && !closed_) changed_.Wait(mutex_);
      if (full_.empty()) return;
      chunk = full_.front();
    }
    if (!store_->Write(*chunk).ok()) {
      // The log itself says what is wrong with the disk; here it is only tried again. What stays
      // unwritten is read from the log at the next open.
      MutexLock lock(mutex_);
      if (closed_) return;
      const auto due = std::chrono::steady_clock::now() + kRetryInterval;
      while (!closed_ && changed_.WaitUntil(mutex_, due)) {
      }
      continue;
    }
    stored_position_.store(chunk->last(), std::memory_order_release);
    MutexLock lock(mutex_);
    full_.pop_front();
    changed_.NotifyAll();
  }
}

}  // namespace chipline::storage
