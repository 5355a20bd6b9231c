#include "services/timeline/materializer.h"

#include <algorithm>
#include <future>
#include <utility>

#include "services/timeline/folds/fold.h"
#include "services/timeline/log_step.h"
#include "services/values/fold_key.h"
#include "storage/error.h"
#include "storage/scheduling.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::ViewMeta;

// The layout of the families. Views with another one are rebuilt.
constexpr uint32_t kLayoutVersion = 2;
// How much of the log is processed and folded at a time. More if the views are far behind, since
// each entry is folded once a step. A rebuild folds nothing until its end.
constexpr size_t kStepBytes = 1024 * 1024;
constexpr size_t kFarStepBytes = 8 * 1024 * 1024;
constexpr Position kFar = 65'536;
// How much is written at a time during a rebuild: about what the store holds in memory.
constexpr size_t kPendingBytes = 32 * 1024 * 1024;
// Watched views fold each append on its own unless they are further behind than this.
constexpr Position kLiveLag = 4096;
// While appends keep arriving, the views fold for at most a quarter of the time: after a fold they
// only process rows for this many times as long as the fold took. A fold of an entry costs all its
// claims, so folding many appends at once costs a fraction of folding each. Only views that are far
// behind rest for longer than kLongestRest: nobody can expect recent events of them, and each fold
// would touch nearly every entry again.
constexpr int kRestFactor = 3;
constexpr std::chrono::seconds kLongestRest(5);
// The value of pending_appends_ if the number is not known: more than one.
constexpr size_t kUnknownAppends = 2;
// How long to rest between two tries after a failure. Callers are told the same.
constexpr std::chrono::seconds kRetryDelay(1);
// How often a failed store is opened again before it is rebuilt.
constexpr int kTriesBeforeAnew = 3;
constexpr std::string_view kViewDamaged = "VIEW_DAMAGED";
// How many entries to fold are remembered while nothing is folded; see ApplyAppend.
constexpr size_t kMaxRemembered = 200'000;

// The error for callers while the views have stopped.
absl::Status Standing(const absl::Status& cause) {
  return RetryError("VIEWS_FAILED",
                    "the timelines stand still for now: " + std::string(cause.message()),
                    absl::FromChrono(kRetryDelay));
}

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

// An unsynced log may have lost its end and have other events there now.
absl::StatusOr<bool> HasEvent(const storage::LogReader& log, const ViewMeta& meta) {
  if (meta.position() == 0) return true;
  if (meta.position() > log.head()) return false;
  ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(log, meta.position()));
  return event.event().event_id() == meta.event_id();
}

}  // namespace

Materializer::Materializer(const MaterializerOptions& options, const storage::LogReader& log,
                           const storage::LogIdentity& identity)
    : reader_(log),
      log_(log.InBackground()),
      identity_(identity),
      options_(options),
      ring_(options.ring_bytes),
      feed_(log),
      store_(std::make_unique<ViewStore>(options.directory, options.cache_bytes, options.env,
                                         options.errors)) {
  const absl::Status begun = Begin();
  if (!begun.ok()) ring_.Fail(Standing(begun));
  thread_ = std::thread([this, begun = begun.ok()] {
    NameThread("views");
    // Folding an event costs several times what appending it costs, and must never slow an append.
    RunInBackground();
    RunAll(begun);
  });
}

std::string Materializer::rebuild_cause() const {
  MutexLock lock(mutex_);
  return rebuild_cause_;
}

void Materializer::Look() {
  if (ring_.failure().ok() && !store_->failure().ok()) feed_.Interrupt();
}

absl::Status Materializer::OpenStore() {
  const ViewMeta wanted = NewMeta(identity_);
  absl::Status opened = anew_.empty() ? store_->Open() : absl::OkStatus();
  if (absl::IsDataLoss(opened)) anew_ = std::string(opened.message());
  ViewMeta meta;
  if (opened.ok() && anew_.empty()) {
    auto stored = store_->Meta(nullptr);
    if (absl::IsDataLoss(stored.status())) {
      anew_ = std::string(stored.status().message());
    } else {
      RETURN_IF_ERROR(stored.status());
      meta = *std::move(stored);
    }
  }
  if (meta.layout_version() != 0) {
    ASSIGN_OR_RETURN(const bool has_event, HasEvent(log_, meta));
    if (!SameViews(meta, wanted)) anew_ = "they are of another log, epoch or version";
    if (!has_event) anew_ = "they are of events that the log does not have";
  }
  if (!anew_.empty()) {
    {
      MutexLock lock(mutex_);
      rebuild_cause_ = anew_;
    }
    // Set before anything is deleted, so that no reader mistakes deleted data for missing data.
    rebuilding_ = log_.head() > 0;
    RETURN_IF_ERROR(store_->Destroy());
    opened = store_->Open();
    RETURN_IF_ERROR(opened);
    // Only now: while the disk fails, opening is tried again and again, and nothing is deleted.
    ++rebuilds_;
    anew_.clear();
    meta = ViewMeta();
  }
  RETURN_IF_ERROR(opened);
  if (meta.layout_version() == 0) {
    meta = wanted;
    meta.set_rebuilding(log_.head() > 0);
    ViewBatch batch(*store_);
    batch.Put(ViewFamily::kMeta, ViewStore::kMetaKey, meta);
    RETURN_IF_ERROR(store_->Write(batch, true));
  }
  store_open_ = true;
  return absl::OkStatus();
}

absl::Status Materializer::Begin() {
  // They refer to each other and to the old state of the store.
  folds_.reset();
  rows_.reset();
  progress_.reset();
  stale_.clear();
  pending_appends_ = 0;
  if (!store_open_) RETURN_IF_ERROR(OpenStore());
  ASSIGN_OR_RETURN(const ViewMeta meta, store_->Meta(nullptr));
  rebuilding_ = meta.rebuilding();
  rebuild_until_ = log_.head();
  progress_ = std::make_unique<ViewProgress>(ViewProgress{*store_, meta, !meta.rebuilding()});
  ASSIGN_OR_RETURN(rows_, RowWriter::Open(*progress_, log_, options_.max_awaited));
  folds_ = std::make_unique<GroupFold>(*progress_, log_, rows_->names().table,
                                       FoldMemory{options_.kept_bytes, options_.part_bytes},
                                       [this] { return stopping(); });
  last_time_ = meta.folded_time();
  if (!meta.rebuilding()) RETURN_IF_ERROR(LoadStale());
  names_unpublished_ = true;
  PublishNames();
  ring_.SkipTo(meta.folded_position());
  feed_.Restart(meta.position());
  return absl::OkStatus();
}

void Materializer::RunAll(bool begun) {
  while (true) {
    absl::Status status = begun ? absl::OkStatus() : Begin();
    begun = false;
    if (status.ok()) {
      ring_.Fail(absl::OkStatus());
      status = Run();
    }
    if (stopping()) return;
    Failed(status);
  }
}

void Materializer::Failed(const absl::Status& status) {
  // The views are good and wait for the index.
  if (ReasonOf(status) == "INDEX_REBUILDING") return Rest();
  ring_.Fail(Standing(status));
  const absl::Status of_store = store_->failure();
  const bool damaged = absl::IsDataLoss(of_store) || ReasonOf(status) == kViewDamaged;
  ++failures_;
  if (damaged) {
    anew_ = std::string((absl::IsDataLoss(of_store) ? of_store : status).message());
  } else if (failures_ % kTriesBeforeAnew == 0 && (!of_store.ok() || !store_open_)) {
    anew_ = std::string((of_store.ok() ? status : of_store).message());
  }
  if (damaged || !of_store.ok()) store_open_ = false;
  // The first time at once: most stores work again once they are opened again.
  if (failures_ > 1) Rest();
}

void Materializer::Rest() {
  const auto until = std::chrono::steady_clock::now() + kRetryDelay;
  MutexLock lock(mutex_);
  while (!stopping_ && wake_.WaitUntil(mutex_, until)) {
  }
}

// Loads the entries whose fold was interrupted by a stop or a crash.
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
  feed_.Interrupt();
  thread_.join();
}

std::shared_ptr<const PublishedNames> Materializer::names() const {
  MutexLock lock(mutex_);
  return names_;
}

bool Materializer::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

absl::Status Materializer::Run() {
  // Parsed while the step before it is processed.
  std::future<absl::StatusOr<std::unique_ptr<LogStep>>> ahead;
  Position position = progress_->meta.position();
  while (true) {
    if (stopping()) return rows_->Commit();
    RETURN_IF_ERROR(store_->failure());
    const Position lag = log_.head() - position;
    const bool far = lag > kFar;
    if (far) progress_->wal = false;
    if (lag <= kLiveLag) RETURN_IF_ERROR(UseWal());
    const size_t bytes = far && !rebuilding_ ? kFarStepBytes : kStepBytes;
    const auto until =
        pending_appends_ == 0 || rebuilding_ ? LogFeed::TimePoint::max() : NextFold(/*far=*/false);
    ASSIGN_OR_RETURN(const std::unique_ptr<LogStep> step,
                     ahead.valid() ? ahead.get() : NextStep(bytes, until));
    if (step != nullptr) {
      position = step->position;
      if (far) {
        ahead = std::async(std::launch::async,
                           [this, bytes] { return NextStep(bytes, LogFeed::TimePoint::max()); });
      }
      if (!step->appends.empty()) RETURN_IF_ERROR(Apply(*step));
      failures_ = 0;
    }
    if (rebuilding_ && progress_->meta.position() >= rebuild_until_) {
      RETURN_IF_ERROR(FinishRebuild());
    }
    if (FoldIsDue(far)) RETURN_IF_ERROR(FoldPending());
  }
}

absl::StatusOr<std::unique_ptr<LogStep>> Materializer::NextStep(size_t max_bytes,
                                                                LogFeed::TimePoint until) {
  ASSIGN_OR_RETURN(const std::optional<storage::Batch> batch, feed_.Next(max_bytes, until));
  if (!batch.has_value()) return nullptr;
  return ParseStep(*batch);
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

absl::Status Materializer::Apply(const LogStep& step) {
  const bool live = !rebuilding_ && ring_.watched() && step.end - step.position <= kLiveLag;
  if (live && pending_appends_ > 0) RETURN_IF_ERROR(FoldPending());
  for (const LoggedAppend& append : step.appends) {
    // Each live append is folded and committed on its own, so a stop need not wait for the others.
    if (live && stopping()) return absl::CancelledError("stopping");
    RETURN_IF_ERROR(ApplyAppend(append, live));
  }
  if (live) return absl::OkStatus();
  // Nobody reads views during a rebuild, so rows may wait to be written with others.
  const bool may_wait = rebuilding_ && progress_->meta.position() < rebuild_until_ &&
                        rows_->pending_bytes() < kPendingBytes;
  return may_wait ? absl::OkStatus() : rows_->Commit();
}

absl::Status Materializer::ApplyAppend(const LoggedAppend& append, bool one_append) {
  ASSIGN_OR_RETURN(const bool names_changed, rows_->Apply(append, &stale_));
  names_unpublished_ |= names_changed;
  last_time_ = append.events.back().event->record_time();
  if (!one_append) {
    // All are marked in the store. Remembering them only saves marking them twice.
    if (rebuilding_ && stale_.size() > kMaxRemembered) stale_.clear();
    ++pending_appends_;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(rows_->Commit());
  PublishNames();
  AppendChanges changes{append.span().last, names_changed, {}};
  RETURN_IF_ERROR(folds_->Fold(stale_, /*one_append=*/true, last_time_, &changes));
  stale_.clear();
  for (EntryChange& change : changes.changes) {
    ASSIGN_OR_RETURN(ChangeCause cause, CauseOf(*store_, nullptr, log_, folds_->folder(),
                                                change.entry_id(), append.span()));
    change.SetCause(std::move(cause));
  }
  ring_.Publish(std::move(changes));
  return absl::OkStatus();
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
