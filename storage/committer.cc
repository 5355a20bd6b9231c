#include "storage/committer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "storage/disk_errors.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/thread_name.h"

namespace chipline::storage {
namespace {

// How long appends wait for room in the index.
constexpr absl::Duration kLongestWait = absl::Seconds(10);

// How often to check for room while there must be some.
constexpr std::chrono::milliseconds kRoomPoll{50};

// Never 0.
int64_t SteadyNanoseconds() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count() | 1;
}

}  // namespace

Committer::Committer(const CommitterParts& parts, std::optional<RunningDigest> digest, bool sync)
    : parts_(parts),
      sync_(sync),
      decided_head_(parts.tail.head()),
      digest_(std::move(digest)),
      decider_([this] { DecideAll(); }),
      writer_([this] { WriteAll(); }) {}

Committer::~Committer() {
  decider_.join();
  writer_.join();
}

absl::Status Committer::health() const {
  MutexLock lock(mutex_);
  return health_;
}

absl::Duration Committer::writing_for() const {
  const int64_t now = SteadyNanoseconds();
  int64_t longest = 0;
  for (const std::atomic<int64_t>* since : {&writing_since_, &waiting_since_}) {
    const int64_t began = since->load(std::memory_order_relaxed);
    if (began != 0) longest = std::max(longest, now - began);
  }
  return absl::Nanoseconds(longest);
}

CommitProgress Committer::progress() const {
  CommitProgress progress;
  progress.steps = steps_.load(std::memory_order_relaxed);
  progress.on_disk = writing_for() > absl::ZeroDuration();
  for (const std::atomic<int>* thread : {&deciding_, &writing_}) {
    const int id = thread->load(std::memory_order_relaxed);
    if (id == 0) continue;
    progress.busy = true;
    if (ThreadWaitsForDisk(id)) progress.on_disk = true;
  }
  return progress;
}

void Committer::Latch(std::string_view what, const absl::Status& cause) {
  {
    MutexLock lock(mutex_);
    if (!health_.ok()) return;
    std::string message(what);
    // Operators look up reasons.
    if (const std::string reason = ReasonOf(cause); !reason.empty()) message += reason + ": ";
    message.append(cause.message().data(), cause.message().size());
    health_ = RetryError("OUTCOME_UNKNOWN", message, absl::Seconds(10));
    halted_ = what == kUndecided;
  }
  // This node can do nothing with later commands.
  if (digest_.has_value()) parts_.sequencer.Close();
}

void Committer::DecideAll() {
  NameThread("log-decide");
  const int thread = ThisThread();
  while (true) {
    auto round = parts_.sequencer.Take(limits::kMaxCommitBytes);
    if (!round.ok()) {
      Latch(kUndecided, round.status());
      continue;
    }
    if (!round->has_value()) break;
    deciding_.store(thread, std::memory_order_relaxed);
    Step();
    HandOver(Decide(**std::move(round)));
    deciding_.store(0, std::memory_order_relaxed);
  }
  MutexLock lock(mutex_);
  decided_all_ = true;
  changed_.NotifyAll();
}

absl::Status Committer::WaitForRoom() {
  waiting_since_.store(SteadyNanoseconds(), std::memory_order_relaxed);
  // Without room, commands are refused one by one, since cursors and duplicates need none.
  parts_.index.WaitForRoom(kLongestWait);
  absl::Status status;
  // A command that the other nodes have decided cannot be refused here, so it waits.
  while (digest_.has_value() &&
         (!(status = parts_.index.CheckRoom()).ok() || parts_.room.scarce())) {
    if (parts_.sequencer.closed()) break;
    const auto until = std::chrono::steady_clock::now() + kRoomPoll;
    MutexLock lock(mutex_);
    while (changed_.WaitUntil(mutex_, until)) {
    }
  }
  waiting_since_.store(0, std::memory_order_relaxed);
  return status;
}

Committer::Decided Committer::Decide(Round round) {
  auto group = std::make_shared<CommitGroup>(decided_head_);
  Decided decided;
  decided.outcomes.reserve(round.commands.size());
  if (health().ok()) {
    const absl::Status room = WaitForRoom();
    if (digest_.has_value() && !room.ok()) Latch(kUndecided, room);
  }
  const int64_t began = SteadyNanoseconds();
  for (const Sequenced& one : round.commands) {
    decided.outcomes.push_back(DecideOne(one, *group));
    Step();
  }
  figures_.decide_seconds.Add(absl::Nanoseconds(SteadyNanoseconds() - began));
  if (digest_.has_value() && round.sequence != 0) digest_->Save(round.sequence, *group);
  decided.sequenced = std::move(round.commands);
  decided.write = group->Finish();
  for (auto& row : round.state) decided.write.state.push_back(std::move(row));
  decided.time = parts_.applier.last_time();
  decided.sequence = round.sequence;
  decided_head_ = group->next() - 1;
  parts_.applier.Finished(std::move(group));
  return decided;
}

Outcome Committer::DecideOne(const Sequenced& sequenced, CommitGroup& group) {
  if (absl::Status status = health(); !status.ok()) return Refused(std::move(status));
  auto outcome = parts_.applier.Apply(sequenced, group);
  const bool shared = !sequenced.bytes.empty();
  if (!outcome.ok()) {
    // In an order of this process nobody else has decided it, and the next one may be decided.
    if (!shared) return Refused(outcome.status());
    Latch(kUndecided, outcome.status());
    return Refused(health());
  }
  if (shared) digest_->Add(sequenced, *outcome, group);
  return *std::move(outcome);
}

void Committer::HandOver(Decided decided) {
  MutexLock lock(mutex_);
  while (waiting_.has_value()) changed_.Wait(mutex_);
  waiting_ = std::move(decided);
  changed_.NotifyAll();
}

void Committer::WriteAll() {
  NameThread("log-write");
  const int thread = ThisThread();
  while (true) {
    std::optional<Decided> decided;
    {
      MutexLock lock(mutex_);
      while (!waiting_.has_value() && !decided_all_) changed_.Wait(mutex_);
      if (!waiting_.has_value()) break;
      decided.swap(waiting_);
      changed_.NotifyAll();
    }
    writing_.store(thread, std::memory_order_relaxed);
    Step();
    Write(*std::move(decided));
    writing_.store(0, std::memory_order_relaxed);
  }
  // If these rows are lost, the shared order gives them again.
  if (!deferred_.empty() && health().ok()) {
    parts_.events.Write({{}, {}, std::move(deferred_)}, sync_).IgnoreError();
  }
}

void Committer::Defer(CommitWrite& write) {
  for (auto& row : write.state) {
    const auto same = std::find_if(deferred_.begin(), deferred_.end(),
                                   [&row](const auto& other) { return other.first == row.first; });
    if (same == deferred_.end()) {
      deferred_.push_back(std::move(row));
    } else {
      same->second = std::move(row.second);
    }
  }
  write.state.clear();
}

void Committer::Write(Decided decided) {
  absl::Status status = health();
  // Nothing was promised to anybody. A write of its own without a sync could be lost while a later
  // record survives (torn_tail.h). So it waits for the next write.
  if (status.ok() && decided.write.lazy()) Defer(decided.write);
  if (status.ok() && !decided.write.empty()) {
    // Of two values of a row the later one counts.
    decided.write.state.insert(decided.write.state.begin(),
                               std::make_move_iterator(deferred_.begin()),
                               std::make_move_iterator(deferred_.end()));
    deferred_.clear();
    const int64_t began = SteadyNanoseconds();
    writing_since_.store(began, std::memory_order_relaxed);
    const absl::Duration synced_before = SyncTimeOfThisThread();
    status = parts_.events.Write(decided.write, sync_);
    writing_since_.store(0, std::memory_order_relaxed);
    const absl::Duration took = absl::Nanoseconds(SteadyNanoseconds() - began);
    const absl::Duration syncs = SyncTimeOfThisThread() - synced_before;
    figures_.write_seconds.Add(took - syncs);
    if (sync_) figures_.sync_seconds.Add(syncs);
    Step();
    // Data written to files without a name is lost when the process ends.
    if (status.ok()) status = parts_.directory.CheckThere();
    if (status.ok()) {
      commits_.fetch_add(1, std::memory_order_relaxed);
      Position events = 0;
      for (const auto& block : decided.write.blocks) events += block->last() - block->first() + 1;
      if (events != 0) figures_.events.Add(static_cast<double>(events));
      parts_.tail.Publish(decided.write.blocks, decided.time);
      if (decided.sequence != 0) {
        kept_sequence_.store(decided.sequence, std::memory_order_relaxed);
      }
      if (sync_) {
        parts_.high_water.Advance(parts_.tail.head());
        parts_.index.Synced(parts_.tail.head());
      }
    } else {
      Latch(kWriteFailed, status);
    }
  }
  if (status.ok() && decided.sequence != 0) {
    sequence_.store(decided.sequence, std::memory_order_relaxed);
  }
  for (size_t i = 0; i < decided.sequenced.size(); ++i) {
    // Every answer of the group may depend on what was to be written.
    Outcome outcome = status.ok() ? std::move(decided.outcomes[i]) : Refused(health());
    if (decided.sequenced[i].done) decided.sequenced[i].done(std::move(outcome));
    Step();
  }
}

}  // namespace chipline::storage
