#include "services/admin/backup_runs.h"

#include <string>

#include "services/admin/backup_place.h"
#include "services/admin/never_waker.h"
#include "services/rpc/message.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::admin {

namespace {

// How often a client hears how far it is.
constexpr absl::Duration kTellEvery = absl::Milliseconds(200);

void Tell(const WorkNotice& notice, const absl::StatusOr<storage::v1::BackupManifest>& result,
          const std::filesystem::path& folder, uint64_t bytes) {
  if (absl::IsCancelled(result.status())) {
    notice.Tell(false, "a backup was broken off",
                {{"folder", folder.string()}, {"bytes", std::to_string(bytes)}});
  } else if (!result.ok()) {
    notice.Tell(true, "a backup could not be made",
                {{"folder", folder.string()},
                 {"reason", ReasonOf(result.status())},
                 {"cause", std::string(result.status().message())}});
  } else {
    notice.Tell(false, "a backup was made",
                {{"folder", folder.string()},
                 {"backup", std::to_string(result->backup_id())},
                 {"position", std::to_string(result->head_position())},
                 {"files", std::to_string(result->files())},
                 {"bytes", std::to_string(result->bytes())},
                 {"new_bytes", std::to_string(result->new_bytes())}});
  }
}

}  // namespace

// Waits for its run, and ends it as it goes.
class BackupStream final : public StreamSource {
 public:
  BackupStream(BackupRuns& runs, v1::BackUpLogRequest request, WorkNotice notice)
      : runs_(runs), request_(std::move(request)), notice_(std::move(notice)) {}
  ~BackupStream() override {
    if (run_ != nullptr) run_->stopped = true;
  }

  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override {
    if (done_) return StreamEnd();
    if (run_ == nullptr) RETURN_IF_ERROR(Begin());
    v1::BackUpLogResponse message;
    {
      MutexLock lock(run_->mutex);
      if (run_->result.has_value()) {
        RETURN_IF_ERROR(run_->result->status());
        *message.mutable_backup() = ToMessage(**run_->result, folder_);
        done_ = true;
      }
    }
    if (!done_ && !turn.heartbeat_due) return StreamWait{NeverWaker::kNever};
    message.set_written_bytes(done_ ? message.backup().new_bytes() : run_->bytes.load());
    StreamMessage step;
    step.bytes = SerializeMessage(message);
    step.position = runs_.log_.reader().head();
    if (!done_) step.wait_past = NeverWaker::kNever;
    return step;
  }

 private:
  absl::Status Begin() {
    storage::BackupOptions options;
    ASSIGN_OR_RETURN(folder_, BackupPlace(runs_.root_, request_.to()));
    options.to = folder_;
    options.max_bytes_per_second = request_.max_bytes_per_second();
    options.keep = request_.keep();
    options.now = runs_.clock_.Now();
    ASSIGN_OR_RETURN(run_, runs_.Begin(std::move(options), notice_));
    return absl::OkStatus();
  }

  BackupRuns& runs_;
  const v1::BackUpLogRequest request_;
  const WorkNotice notice_;
  std::filesystem::path folder_;
  std::shared_ptr<BackupRuns::Run> run_;
  bool done_ = false;
};

absl::StatusOr<StreamPlan> BackupRuns::Plan(const v1::BackUpLogRequest& request,
                                            WorkNotice notice) {
  if (root_.empty()) return BackupPlace(root_, "").status();
  StreamPlan plan;
  plan.source = std::make_unique<BackupStream>(*this, request, std::move(notice));
  plan.waker = &NeverWaker::Get();
  plan.heartbeat_interval = kTellEvery;
  plan.client_name = "backup";
  return plan;
}

absl::StatusOr<std::shared_ptr<BackupRuns::Run>> BackupRuns::Begin(storage::BackupOptions options,
                                                                   const WorkNotice& notice) {
  auto run = std::make_shared<Run>();
  {
    MutexLock lock(mutex_);
    if (running_ != nullptr) {
      return Error(absl::StatusCode::kFailedPrecondition, "BACKUP_RUNNING",
                   "another backup is being made; wait for its end");
    }
    running_ = run;
  }
  options.progress = [run](uint64_t bytes) {
    run->bytes = bytes;
    return !run->stopped;
  };
  executor_->Schedule([this, run, notice, options = std::move(options)] {
    auto result = storage::BackUp(log_, options);
    Tell(notice, result, options.to, run->bytes);
    {
      // Before the client hears of it, who may ask for the next at once.
      MutexLock lock(mutex_);
      running_.reset();
    }
    MutexLock lock(run->mutex);
    run->result = std::move(result);
  });
  return run;
}

void BackupRuns::End() {
  {
    MutexLock lock(mutex_);
    if (running_ != nullptr) running_->stopped = true;
  }
  executor_.reset();
}

v1::Backup ToMessage(const storage::v1::BackupManifest& manifest,
                     const std::filesystem::path& folder) {
  v1::Backup backup;
  backup.set_backup_id(manifest.backup_id());
  backup.set_folder(folder.string());
  backup.set_log_id(manifest.format().log_id());
  backup.set_epoch(manifest.format().epoch());
  backup.set_head_position(manifest.head_position());
  if (manifest.has_head_time()) *backup.mutable_head_time() = manifest.head_time();
  *backup.mutable_create_time() = manifest.create_time();
  backup.set_bytes(manifest.bytes());
  backup.set_new_bytes(manifest.new_bytes());
  return backup;
}

}  // namespace chipline::admin
