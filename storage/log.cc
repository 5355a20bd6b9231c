#include "storage/log.h"

#include <utility>

#include "storage/catch_up.h"
#include "storage/committer.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/event_store.h"
#include "storage/free_bytes.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/local_sequencer.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/tail.h"

namespace chipline::storage {
namespace {

NamedCursor ToNamed(std::string name, const v1::CursorRow& row) {
  return {std::move(name), row.position(), absl::FromUnixSeconds(row.commit_time().seconds())};
}

}  // namespace

// In the order in which they are made, and the reverse of that in which they go.
struct Log::Impl {
  SystemClock system_clock;
  rocksdb::Env* env = nullptr;
  bool sync = true;
  LogIdentity identity;
  std::unique_ptr<Directory> directory;
  std::unique_ptr<EventStore> events;
  std::unique_ptr<Index> index;
  std::unique_ptr<Tail> tail;
  std::unique_ptr<LogReader> reader;
  std::unique_ptr<HighWater> high_water;
  std::unique_ptr<LocalSequencer> sequencer;
  std::unique_ptr<Committer> committer;

  // Teaches the rules the names that the log holds.
  absl::Status RestoreRules(EventRules& rules);
};

absl::Status Log::Impl::RestoreRules(EventRules& rules) {
  Cursor cursor(*reader, Filter{{Clause{{std::string(rules.NameSubjects())}, {}}}, {}}, 0);
  while (cursor.position() < reader->head()) {
    ASSIGN_OR_RETURN(const Batch batch, cursor.Next(limits::kMaxBatchBytes));
    for (const BlockSlice& slice : batch.slices) {
      RETURN_IF_ERROR(ForEachRecord(
          slice.bytes, [&](std::string_view record) { return rules.Restore(record); }));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Log>> Log::Open(const LogOptions& options, EventRules& rules) {
  auto impl = std::make_unique<Impl>();
  const Clock& clock = options.clock != nullptr ? *options.clock : impl->system_clock;
  impl->sync = options.sync;
  impl->env = options.env;
  ASSIGN_OR_RETURN(impl->directory, Directory::Open(options.directory, clock.Now()));
  impl->identity = {impl->directory->log_id(), impl->directory->epoch(),
                    impl->directory->format().version()};
  ASSIGN_OR_RETURN(impl->events,
                   EventStore::Open(impl->directory->log(), options.cache_bytes, options.env));
  ASSIGN_OR_RETURN(const LogEnd end, FindEnd(*impl->events));
  ASSIGN_OR_RETURN(const auto high_water, HighWater::Read(impl->directory->high_water()));
  RETURN_IF_ERROR(HighWater::Check(end.head, high_water));

  ASSIGN_OR_RETURN(auto index_store,
                   IndexStore::Open(impl->directory->index(), impl->identity.log_id, options.env));
  impl->index = std::make_unique<Index>(std::move(index_store));
  RETURN_IF_ERROR(CatchUpIndex(*impl->events, end.head, *impl->index));
  impl->tail = std::make_unique<Tail>(end.head, end.time);
  impl->reader = std::make_unique<LogReader>(*impl->events, *impl->index, *impl->tail);
  RETURN_IF_ERROR(impl->RestoreRules(rules));

  impl->high_water = std::make_unique<HighWater>(impl->directory->high_water(), *high_water);
  impl->high_water->Advance(end.head);
  impl->sequencer = std::make_unique<LocalSequencer>(clock);
  impl->committer = std::make_unique<Committer>(
      CommitterParts{*impl->sequencer, rules, *impl->events, *impl->index, *impl->tail,
                     *impl->high_water, *impl->reader},
      end.time, options.sync);
  return std::unique_ptr<Log>(new Log(std::move(impl)));
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Log::~Log() {
  Drain();
  impl_->committer.reset();
}

const LogIdentity& Log::identity() const { return impl_->identity; }

const v1::Format& Log::format() const { return impl_->directory->format(); }

const std::filesystem::path& Log::directory() const { return impl_->directory->path(); }

bool Log::sync() const { return impl_->sync; }

const LogReader& Log::reader() const { return *impl_->reader; }

absl::Status Log::Submit(v1::Command command, Done done) {
  command.set_rules_version(kRulesVersion);
  return impl_->sequencer->Submit(std::move(command), std::move(done));
}

void Log::Drain() { impl_->sequencer->Close(); }

void Log::Refuse(absl::Status refusal) { impl_->sequencer->Refuse(std::move(refusal)); }

absl::Status Log::health() const { return impl_->committer->health(); }

absl::Status Log::damage() const { return impl_->events->damage(); }

absl::Duration Log::writing_for() const { return impl_->committer->writing_for(); }

absl::StatusOr<uint64_t> Log::free_bytes() const { return FreeBytes(impl_->env, directory()); }

absl::StatusOr<std::optional<NamedCursor>> Log::GetCursor(std::string_view name) const {
  ASSIGN_OR_RETURN(const auto row, impl_->events->GetCursor(name));
  if (!row.has_value()) return std::nullopt;
  return ToNamed(std::string(name), *row);
}

absl::StatusOr<std::vector<NamedCursor>> Log::ListCursors(std::string_view after,
                                                          size_t limit) const {
  ASSIGN_OR_RETURN(auto rows, impl_->events->ListCursors(after, limit));
  std::vector<NamedCursor> cursors;
  for (auto& [name, row] : rows) cursors.push_back(ToNamed(std::move(name), row));
  return cursors;
}

LogStats Log::stats() const {
  const Committer::Counters& counters = impl_->committer->counters();
  LogStats stats;
  stats.appended_events = counters.appended_events.load(std::memory_order_relaxed);
  stats.appends = counters.appends.load(std::memory_order_relaxed);
  stats.commits = counters.commits.load(std::memory_order_relaxed);
  stats.refused_appends = counters.refused_appends.load(std::memory_order_relaxed);
  stats.duplicate_events = counters.duplicate_events.load(std::memory_order_relaxed);
  stats.queued_bytes = impl_->sequencer->queued_bytes();
  stats.tail_bytes = impl_->tail->bytes();
  stats.disk_bytes = impl_->directory->SizeBytes();
  stats.indexed_position = impl_->index->stored_position();
  return stats;
}

}  // namespace chipline::storage
