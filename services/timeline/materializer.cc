#include "services/timeline/materializer.h"

#include <algorithm>
#include <future>
#include <utility>

#include "services/timeline/folds/fold.h"
#include "services/timeline/log_step.h"
#include "services/values/fold_key.h"
#include "storage/scheduling.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::ViewMeta;

// The layout of the families; another one is built anew.
constexpr uint32_t kLayoutVersion = 2;
// How much of the log is taken, and folded, at a time; more if the views are far behind, since each
// entry is folded once a step. A rebuild folds nothing until its end.
constexpr size_t kStepBytes = 1024 * 1024;
constexpr size_t kFarStepBytes = 8 * 1024 * 1024;
constexpr Position kFar = 65'536;
// How much is written at a time while views are rebuilt: about what the store holds in memory.
constexpr size_t kPendingBytes = 32 * 1024 * 1024;
// Watched views fold each append on its own as long as they are no further behind than this.
constexpr Position kLiveLag = 4096;
// Where appends never stop the views fold for a quarter of the time at most: for so many times as
// long as folding took, rows are taken and nothing is folded. An entry's fold costs what all its
// claims cost, so folding a group of appends once costs a fraction of folding each. Only views that
// are far behind rest for longer than kLongestRest: nobody can expect what is new of them, and each
// fold would touch nearly every entry again.
constexpr int kRestFactor = 3;
constexpr std::chrono::seconds kLongestRest(5);
// Of pending_appends_, where it is not known: more than one.
constexpr size_t kUnknownAppends = 2;
// Entries to fold are remembered up to this number while nothing is folded; see TakeAppend.
constexpr size_t kMaxRemembered = 200'000;

ViewMeta NewMeta(const storage::LogIdentity& identity) {
  ViewMeta meta;
  meta.set_layout_version(kLayoutVersion);
  meta.set_view_version(kViewVersion);
  meta.set_policy_version(kPolicyVersion);
  meta.set_fold_keys(FoldKeyVersion());
  meta.set_log_id(identity.log_id);
  meta.set_epoch(identity.epoch);
  return meta;
}

bool SameViews(const ViewMeta& a, const ViewMeta& b) {
  return a.layout_version() == b.layout_version() && a.view_version() == b.view_version() &&
         a.policy_version() == b.policy_version() && a.fold_keys() == b.fold_keys() &&
         a.log_id() == b.log_id() && a.epoch() == b.epoch();
}

// A log that is not synced may have lost its end and taken other events in its place.
bool HasEvent(const storage::LogReader& log, const ViewMeta& meta) {
  if (meta.position() == 0) return true;
  if (meta.position() > log.head()) return false;
  const absl::StatusOr<pb::RecordedEvent> event = ReadEvent(log, meta.position());
  return event.ok() && event->event().event_id() == meta.event_id();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Materializer>> Materializer::Open(
    const MaterializerOptions& options, const storage::LogReader& log,
    const storage::LogIdentity& identity) {
  std::unique_ptr<Materializer> views(new Materializer(options, log, identity));
  RETURN_IF_ERROR(views->Start(options));
  return views;
}

absl::Status Materializer::Start(const MaterializerOptions& options) {
  const ViewMeta wanted = NewMeta(identity_);
  const auto fits = [&](const ViewMeta& meta) {
    return SameViews(meta, wanted) && HasEvent(log_, meta);
  };
  ASSIGN_OR_RETURN(store_,
                   ViewStore::Open(options.directory, fits, options.cache_bytes, options.env));
  ASSIGN_OR_RETURN(ViewMeta meta, store_->Meta(nullptr));
  if (meta.layout_version() == 0) {
    meta = wanted;
    meta.set_rebuilding(log_.head() > 0);
    ViewBatch batch(*store_);
    batch.Put(ViewFamily::kMeta, ViewStore::kMetaKey, meta);
    RETURN_IF_ERROR(store_->Write(batch, true));
  }
  rebuilding_ = meta.rebuilding();
  rebuild_until_ = log_.head();
  progress_ = std::make_unique<ViewProgress>(ViewProgress{*store_, meta, !meta.rebuilding()});
  ASSIGN_OR_RETURN(rows_, RowWriter::Open(*progress_, log_, options.max_awaited));
  folds_ = std::make_unique<GroupFold>(*progress_, log_, rows_->names().table,
                                       FoldMemory{options.kept_bytes, options.part_bytes},
                                       [this] { return stopping(); });
  last_time_ = meta.folded_time();
  if (!meta.rebuilding()) RETURN_IF_ERROR(LoadStale());
  PublishNames();
  ring_.SkipTo(meta.folded_position());
  thread_ = std::thread([this] {
    NameThread("views");
    // Folding an event costs several times what appending it does, and must never slow an append.
    RunInBackground();
    absl::Status ended = Run();
    if (absl::IsCancelled(ended) && stopping()) ended = absl::OkStatus();
    MutexLock lock(mutex_);
    health_ = ended;
  });
  return absl::OkStatus();
}

// Rows whose fold a stop or a crash cut off.
absl::Status Materializer::LoadStale() {
  RETURN_IF_ERROR(store_->Scan(ViewFamily::kStale, "", "", nullptr,
                               [&](std::string_view entry_id, std::string_view) {
                                 stale_.emplace(entry_id, RowsChange::kMoved);
                                 return true;
                               }));
  const Position position = progress_->meta.position();
  if (position == progress_->meta.folded_position()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(log_, position));
  last_time_ = event.record_time();
  pending_appends_ = kUnknownAppends;
  return absl::OkStatus();
}

Materializer::~Materializer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const PublishedNames> Materializer::names() const {
  MutexLock lock(mutex_);
  return names_;
}

absl::Status Materializer::health() const {
  MutexLock lock(mutex_);
  return health_;
}

bool Materializer::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

absl::Status Materializer::Run() {
  storage::Cursor cursor(log_, storage::Filter(), progress_->meta.position());
  // Read while the step before it is taken; nobody else uses the cursor then.
  std::future<absl::StatusOr<std::unique_ptr<LogStep>>> ahead;
  Position position = cursor.position();
  while (true) {
    if (stopping()) return rows_->Commit();
    const Position lag = log_.head() - position;
    const bool far = lag > kFar;
    if (far) progress_->wal = false;
    if (lag <= kLiveLag) RETURN_IF_ERROR(UseWal());
    const size_t bytes = far && !rebuilding_ ? kFarStepBytes : kStepBytes;
    ASSIGN_OR_RETURN(const std::unique_ptr<LogStep> step,
                     ahead.valid() ? ahead.get() : ReadStep(cursor, bytes));
    position = step->position;
    if (far) {
      ahead = std::async(std::launch::async, [&, bytes] { return ReadStep(cursor, bytes); });
    }
    if (!step->appends.empty()) RETURN_IF_ERROR(Take(*step));
    if (rebuilding_ && progress_->meta.position() >= rebuild_until_) {
      RETURN_IF_ERROR(FinishRebuild());
    }
    if (FoldIsDue(far)) RETURN_IF_ERROR(FoldPending());
    if (step->at_end() && !ahead.valid()) WaitPast(position);
  }
}

absl::Status Materializer::UseWal() {
  if (progress_->wal || rebuilding_) return absl::OkStatus();
  RETURN_IF_ERROR(store_->Flush());
  progress_->wal = true;
  return absl::OkStatus();
}

std::chrono::steady_clock::time_point Materializer::NextFold(bool far) const {
  const std::chrono::steady_clock::duration rest = kRestFactor * fold_took_;
  return fold_ended_ +
         (far ? rest : std::min<std::chrono::steady_clock::duration>(rest, kLongestRest));
}

bool Materializer::FoldIsDue(bool far) const {
  return pending_appends_ > 0 && !rebuilding_ &&
         (stale_.size() > kMaxRemembered || std::chrono::steady_clock::now() >= NextFold(far));
}

void Materializer::WaitPast(Position position) {
  const uint64_t registration = log_.NotifyPast(position, [this] {
    MutexLock lock(mutex_);
    woken_ = true;
    wake_.NotifyAll();
  });
  {
    MutexLock lock(mutex_);
    bool rested = false;
    while (!woken_ && !stopping_ && !rested) {
      if (pending_appends_ == 0) {
        wake_.Wait(mutex_);
      } else {
        rested = !wake_.WaitUntil(mutex_, NextFold(/*far=*/false));
      }
    }
    woken_ = false;
  }
  if (registration != 0) log_.Cancel(registration);
}

absl::Status Materializer::Take(const LogStep& step) {
  const bool live = !rebuilding_ && ring_.watched() && step.end - step.position <= kLiveLag;
  if (live && pending_appends_ > 0) RETURN_IF_ERROR(FoldPending());
  for (const LoggedAppend& append : step.appends) {
    // Each live append is folded and committed by itself, so a stop need not wait for the rest.
    if (live && stopping()) return absl::CancelledError("stopping");
    RETURN_IF_ERROR(TakeAppend(append, live));
  }
  if (live) return absl::OkStatus();
  // Nobody reads views that are being rebuilt, so rows may wait to be written with others.
  const bool may_wait = rebuilding_ && progress_->meta.position() < rebuild_until_ &&
                        rows_->pending_bytes() < kPendingBytes;
  return may_wait ? absl::OkStatus() : rows_->Commit();
}

absl::Status Materializer::TakeAppend(const LoggedAppend& append, bool alone) {
  ASSIGN_OR_RETURN(const bool names_changed, rows_->Apply(append, &stale_));
  names_unpublished_ |= names_changed;
  last_time_ = append.events.back().event->record_time();
  if (!alone) {
    // All are marked in the store; remembering them only saves marking them twice.
    if (rebuilding_ && stale_.size() > kMaxRemembered) stale_.clear();
    ++pending_appends_;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(rows_->Commit());
  PublishNames();
  std::vector<EntryChange> changes;
  RETURN_IF_ERROR(folds_->Fold(stale_, /*alone=*/true, last_time_, &changes));
  stale_.clear();
  ASSIGN_OR_RETURN(AppendChanges published,
                   ChangesOf(append.span(), names_changed, std::move(changes)));
  ring_.Publish(std::move(published));
  return absl::OkStatus();
}

absl::StatusOr<AppendChanges> Materializer::ChangesOf(const AppendSpan& append, bool names_changed,
                                                      std::vector<EntryChange> changes) {
  for (EntryChange& change : changes) {
    ASSIGN_OR_RETURN(ChangeCause cause,
                     CauseOf(*store_, nullptr, log_, folds_->folder(), change.entry_id(), append));
    change.reason = cause.reason;
    change.cause_event_ids = std::move(cause.event_ids);
  }
  return AppendChanges{append.last, names_changed, std::move(changes)};
}

absl::Status Materializer::FoldPending() {
  const auto start = std::chrono::steady_clock::now();
  PublishNames();
  RETURN_IF_ERROR(folds_->Fold(stale_, pending_appends_ == 1, last_time_, nullptr));
  stale_.clear();
  pending_appends_ = 0;
  ring_.SkipTo(progress_->meta.folded_position());
  fold_ended_ = std::chrono::steady_clock::now();
  fold_took_ = fold_ended_ - start;
  return absl::OkStatus();
}

absl::Status Materializer::FinishRebuild() {
  PublishNames();
  RETURN_IF_ERROR(folds_->FoldAll(last_time_));
  stale_.clear();
  pending_appends_ = 0;
  rebuilding_ = false;
  ring_.SkipTo(progress_->meta.folded_position());
  return absl::OkStatus();
}

void Materializer::PublishNames() {
  if (!names_unpublished_ && names() != nullptr) return;
  auto published = std::make_shared<const PublishedNames>(rows_->names());
  names_unpublished_ = false;
  MutexLock lock(mutex_);
  names_ = std::move(published);
}

}  // namespace chipline::timeline
