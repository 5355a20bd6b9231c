#include "storage/log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/transaction_log.h"

#include "storage/applier.h"
#include "storage/committer.h"
#include "storage/digest.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/event_store.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/local_sequencer.h"
#include "storage/log_end.h"
#include "storage/names.h"
#include "storage/rules_version.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"
#include "storage/tail.h"

namespace chipline::storage {
namespace {

NamedCursor ToNamed(std::string name, const v1::CursorRow& row) {
  return {std::move(name), row.position(), absl::FromUnixSeconds(row.commit_time().seconds())};
}

// UNAVAILABLE, reason STORAGE_FAILED, if the current write-ahead log was deleted, so that its data
// would end with the process.
absl::Status CheckWal(const EventStore& events) {
  std::unique_ptr<rocksdb::LogFile> wal;
  rocksdb::Status status = events.rocks().db()->GetCurrentWalFile(&wal);
  // Check again, since another log may have replaced it meanwhile.
  if (status.IsPathNotFound()) status = events.rocks().db()->GetCurrentWalFile(&wal);
  if (!status.IsPathNotFound()) return absl::OkStatus();
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
               "a file of the log was deleted while it was being written: " + status.ToString());
}

// Where a log ends, as far as can be found out. Changes nothing.
Position LastPosition(const std::filesystem::path& log) {
  const auto events = EventStore::OpenToRead(log, ReadMode::kUpToDamage);
  if (!events.ok()) return 0;
  return (*events)->LastKey().value_or(0);
}

}  // namespace

// Created in this order and destroyed in the reverse order.
struct Log::Impl {
  SystemClock system_clock;
  bool sync = true;
  LogIdentity identity;
  std::shared_ptr<DiskErrors> errors;
  std::unique_ptr<Directory> directory;
  std::unique_ptr<EventStore> events;
  std::unique_ptr<Tail> tail;
  std::unique_ptr<HighWater> high_water;
  std::unique_ptr<LogReader> reader;
  // Called by the index on a thread of its own.
  std::unique_ptr<Names> names;
  std::unique_ptr<Index> index;
  std::unique_ptr<Room> room;
  std::unique_ptr<LocalSequencer> local;
  Sequencer* sequencer = nullptr;
  bool shared = false;
  std::unique_ptr<Applier> applier;
  // The sequence in the log when it was opened.
  uint64_t opened_sequence = 0;
  std::unique_ptr<Committer> committer;

  absl::Status OpenEvents(const LogOptions& options, LogEnd* end);
  // Refuses to open without the stream a log that follows one. Forgets the rows of an earlier epoch
  // that followed another stream.
  absl::Status CheckStream(const v1::Genesis* genesis);
  // Starts the committer with the order of commands that the options name.
  absl::Status StartCommitter(const LogOptions& options, EventRules& rules, const Clock& clock,
                              const LogEnd& end);
  // Syncs everything up to the head, if commits do not.
  absl::StatusOr<Position> SyncNow();
};

absl::Status Log::Impl::OpenEvents(const LogOptions& options, LogEnd* end) {
  ASSIGN_OR_RETURN(const auto mark, HighWater::Read(directory->high_water()));
  EventStoreOptions opening;
  opening.directory = directory->log();
  opening.cache_bytes = options.cache_bytes;
  opening.env = options.env;
  opening.errors = errors;
  // It is not known whether a log without the mark is complete, so nothing of it is changed.
  if (!mark.has_value()) return HighWater::Check(LastPosition(directory->log()), mark);
  opening.synced = *mark;
  opening.unsynced = directory->unsynced();
  ASSIGN_OR_RETURN(events, EventStore::Open(opening));
  ASSIGN_OR_RETURN(*end, FindEnd(*events));
  RETURN_IF_ERROR(HighWater::Check(end->head, mark));
  directory->NoteLog();
  // Opening wrote what it recovered into tables, and those are synced.
  RETURN_IF_ERROR(directory->SetUnsynced(!options.sync));
  high_water = std::make_unique<HighWater>(directory->high_water(), *mark);
  high_water->Advance(end->head);
  return absl::OkStatus();
}

absl::StatusOr<Position> Log::Impl::SyncNow() {
  const Position head = tail->head();
  RETURN_IF_ERROR(events->Sync());
  high_water->Advance(head);
  return head;
}

absl::Status Log::Impl::CheckStream(const v1::Genesis* genesis) {
  ASSIGN_OR_RETURN(const auto known, events->GetStateMessage<v1::Genesis>(kGenesisKey));
  if (!known.has_value()) return absl::OkStatus();
  // A restore, a repair and a move raise the epoch of the directory and do not change these rows.
  const bool earlier = known->epoch() != identity.epoch || known->log_id() != identity.log_id;
  if (genesis == nullptr) {
    if (earlier) return absl::OkStatus();
    return Error(absl::StatusCode::kFailedPrecondition, "OF_A_CLUSTER",
                 directory->path().string() +
                     " is of a node that takes its order from a stream, and would part from the "
                     "other nodes; start it with --log, or restore a backup of it to go on alone");
  }
  if (!earlier) return absl::OkStatus();
  CommitWrite write;
  for (const char* prefix : kStreamRows) {
    ASSIGN_OR_RETURN(const auto rows, events->ListState(prefix));
    for (const auto& [key, value] : rows) write.state.emplace_back(key, std::nullopt);
  }
  return events->Write(write, /*sync=*/true);
}

absl::Status Log::Impl::StartCommitter(const LogOptions& options, EventRules& rules,
                                       const Clock& clock, const LogEnd& end) {
  uint32_t rules_version = NewestRulesVersion();
  std::optional<RunningDigest> digest;
  if (options.shared == nullptr) {
    local = std::make_unique<LocalSequencer>(clock);
    sequencer = local.get();
  } else {
    RETURN_IF_ERROR(options.shared->Join(*events, end.head));
    RETURN_IF_ERROR(directory->NoteJoined());
    sequencer = options.shared;
    shared = true;
    ASSIGN_OR_RETURN(digest, RunningDigest::Load(*events));
    rules_version = options.shared->genesis().rules_version();
    ASSIGN_OR_RETURN(const auto in_force, events->GetStateMessage<v1::SetRules>(kRulesKey));
    if (in_force.has_value()) rules_version = in_force->version();
    if (rules_version > NewestRulesVersion()) {
      return Error(absl::StatusCode::kFailedPrecondition, "RULES_UNKNOWN",
                   absl::StrCat("rules version ", rules_version,
                                " is in force, and this program knows up to ", NewestRulesVersion(),
                                "; start a newer chipline here"));
    }
    ASSIGN_OR_RETURN(const auto applied, events->GetStateMessage<v1::Applied>(kAppliedKey));
    if (applied.has_value()) opened_sequence = applied->sequence();
  }
  applier = std::make_unique<Applier>(ApplierParts{rules, *events, *index, *reader, *room},
                                      end.time, rules_version);
  committer = std::make_unique<Committer>(
      CommitterParts{*sequencer, *applier, *events, *index, *tail, *high_water, *directory, *room},
      std::move(digest), options.sync);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Log>> Log::Open(const LogOptions& options, EventRules& rules) {
  auto impl = std::make_unique<Impl>();
  const Clock& clock = options.clock != nullptr ? *options.clock : impl->system_clock;
  impl->sync = options.sync;
  impl->errors = options.errors != nullptr ? options.errors : std::make_shared<DiskErrors>();
  const v1::Genesis* const genesis =
      options.shared == nullptr ? nullptr : &options.shared->genesis();
  ASSIGN_OR_RETURN(impl->directory, Directory::Open(options.directory, clock.Now(), genesis));
  impl->identity = {impl->directory->log_id(), impl->directory->epoch(),
                    impl->directory->format().version()};
  LogEnd end;
  RETURN_IF_ERROR(impl->OpenEvents(options, &end));
  impl->tail = std::make_unique<Tail>(end.head, end.time);
  RETURN_IF_ERROR(impl->CheckStream(genesis));
  impl->names = std::make_unique<Names>(*impl->events, rules);
  RETURN_IF_ERROR(impl->names->Load(end.head));

  Impl& parts = *impl;
  IndexParts index;
  index.events = impl->events.get();
  index.store = std::make_unique<IndexStore>(impl->directory->index(), impl->identity.log_id,
                                             options.env, impl->errors);
  index.head = end.head;
  if (!options.sync) index.sync = [&parts] { return parts.SyncNow(); };
  index.on_complete = [&parts] { return parts.names->Collect(*parts.reader); };
  impl->index = std::make_unique<Index>(std::move(index));
  impl->reader = std::make_unique<LogReader>(*impl->events, *impl->index, *impl->tail,
                                             options.shared != nullptr);
  impl->index->Start();

  impl->room = std::make_unique<Room>(
      impl->directory->path(), options.env, options.min_free_bytes,
      [&parts] { return parts.events->UnwrittenBytes() + parts.index->store().UnwrittenBytes(); });
  RETURN_IF_ERROR(impl->StartCommitter(options, rules, clock, end));
  return std::unique_ptr<Log>(new Log(std::move(impl)));
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Log::~Log() {
  Drain();
  const bool healthy = health().ok();
  impl_->committer.reset();
  if (!impl_->sync && healthy && impl_->SyncNow().ok()) {
    // If it stays, the next start is only more lenient than necessary.
    impl_->directory->SetUnsynced(false).IgnoreError();
  }
  if (impl_->directory->CheckThere().ok()) return;
  // They write no more files afterwards.
  impl_->index.reset();
  impl_->high_water.reset();
  impl_->directory->MarkGone();
}

const LogIdentity& Log::identity() const { return impl_->identity; }

const v1::Format& Log::format() const { return impl_->directory->format(); }

const std::filesystem::path& Log::directory() const { return impl_->directory->path(); }

bool Log::sync() const { return impl_->sync; }

const LogReader& Log::reader() const { return *impl_->reader; }

absl::Status Log::Submit(v1::Command command, Done done, const Traceparent& trace) {
  if (impl_->committer->halted()) return health();
  if (command.has_append()) {
    RETURN_IF_ERROR(impl_->room->status());
    RETURN_IF_ERROR(impl_->index->status());
  }
  command.set_rules_version(impl_->applier->rules_version());
  return impl_->sequencer->Submit(std::move(command), std::move(done), trace);
}

void Log::Drain() { impl_->sequencer->Close(); }

absl::Status Log::health() const { return impl_->committer->health(); }

absl::Status Log::damage() const { return impl_->events->damage(); }

absl::Duration Log::writing_for() const { return impl_->committer->writing_for(); }

CommitProgress Log::progress() const {
  CommitProgress progress = impl_->committer->progress();
  if (!impl_->shared && impl_->sequencer->queued_bytes() > 0) progress.busy = true;
  return progress;
}

IndexState Log::index_state() const { return impl_->index->state(); }

Room& Log::room() const { return *impl_->room; }

const std::optional<WalCut>& Log::cut() const { return impl_->events->cut(); }

void Log::Look() {
  absl::Status status = impl_->directory->CheckThere();
  if (status.ok()) status = impl_->events->failure();
  if (status.ok()) status = CheckWal(*impl_->events);
  if (!status.ok()) impl_->committer->Fail(status);
}

bool Log::shared() const { return impl_->shared; }

void Log::Halt(const absl::Status& cause) { impl_->committer->Halt(cause); }

bool Log::halted() const { return impl_->committer->halted(); }

uint32_t Log::rules_version() const { return impl_->applier->rules_version(); }

uint64_t Log::applied_sequence() const {
  return std::max(impl_->opened_sequence, impl_->committer->sequence());
}

uint64_t Log::kept_sequence() const {
  return std::max(impl_->opened_sequence, impl_->committer->kept_sequence());
}

absl::StatusOr<std::optional<v1::Digest>> Log::KeptDigest(Position position) const {
  return impl_->events->GetStateMessage<v1::Digest>(KeptDigestKey(position));
}

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

const CommitFigures& Log::commit_figures() const { return impl_->committer->figures(); }

std::vector<std::pair<std::string, RocksFigures>> Log::store_figures() const {
  return {{"log", FiguresOf(impl_->events->rocks())},
          {"index", FiguresOf(impl_->index->store().rocks())}};
}

LogStats Log::stats() const {
  const ApplyCounters& counters = impl_->applier->counters();
  LogStats stats;
  stats.appended_events = counters.appended_events.load(std::memory_order_relaxed);
  stats.appends = counters.appends.load(std::memory_order_relaxed);
  stats.commits = impl_->committer->commits();
  stats.refused_appends = counters.refused_appends.load(std::memory_order_relaxed);
  stats.duplicate_events = counters.duplicate_events.load(std::memory_order_relaxed);
  stats.queued_bytes = impl_->sequencer->queued_bytes();
  stats.tail_bytes = impl_->tail->bytes();
  stats.disk_bytes = impl_->directory->SizeBytes();
  stats.indexed_position = impl_->index->stored_position();
  stats.index_rebuilds = impl_->index->state().rebuilds;
  stats.disk_errors = impl_->errors->summary().count;
  return stats;
}

}  // namespace chipline::storage
