#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_RING_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_RING_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "services/timeline/change_cause.h"
#include "services/timeline/entry_folder.h"
#include "services/values/civil_day.h"
#include "storage/mutex.h"

namespace chipline::timeline {

// One entry that an append changed.
struct EntryChange {
  EntryVersion before;
  EntryVersion after;
  v1::ChangeReason reason = v1::CHANGE_REASON_UNSPECIFIED;
  // By position, the first kMaxIds, and how many more there are.
  std::vector<std::string> cause_event_ids;
  size_t causes_omitted = 0;
  // The days on which intervals of `after` begin, ascending; see change_days.h.
  std::vector<CivilDay> starts;
  // The bytes of the chipline.v1.DayPassed, if the change is by a day.
  std::string passed;

  const std::string& entry_id() const { return after.entry_id; }
  void SetCause(ChangeCause cause);
  // About how many bytes it takes in memory and in a message.
  size_t bytes() const;
};

// What one append changed, in order of entry_id. Empty if it changed nothing.
struct AppendChanges {
  // The end of the append.
  storage::Position position = 0;
  // Whether names changed their meaning, so that a query may find other entries than before.
  bool names_changed = false;
  std::vector<EntryChange> changes;
  // False if there were too many changes, which are then not here; see ChangeRing::kMaxAppendBytes.
  bool complete = true;
  // About how many bytes the changes have.
  size_t bytes = 0;

  void Add(EntryChange change);
};

// The position of the views and the latest changes, for watchers: a bounded amount of memory that
// all watchers share. Older changes come from the store (change_replay.h). Thread-safe.
class ChangeRing {
 public:
  // An append that changed more bytes of entries than this is not kept. So a watch that stands
  // still holds no more of it.
  static constexpr size_t kMaxAppendBytes = 1024 * 1024;

  // Keeps about `max_bytes` of entries.
  explicit ChangeRing(size_t max_bytes) : max_bytes_(max_bytes) {}

  // The end of the last append that the views reflect.
  storage::Position position() const;

  // Tells all waiting callers that the views have stopped, and why. This holds until they move on
  // or Fail(OK) is called.
  void Fail(absl::Status failure);
  // OK, or why the views have stopped.
  absl::Status failure() const;

  // Moves on by one append. Fills in `starts`, once for all watchers.
  void Publish(AppendChanges changes);
  // Moves on by many appends at once, of which no changes are known.
  void SkipTo(storage::Position position);

  // The first append after `after` that changed something. nullopt if it is not in memory. If there
  // is none, null, with the position of the views.
  struct Next {
    std::shared_ptr<const AppendChanges> append;
    storage::Position position = 0;
  };
  std::optional<Next> After(storage::Position after) const;

  // Calls `wake` once, as soon as position() is past `position` or the views have stopped; at once,
  // on this thread, if that is already so. `wake` must not block, and may still be called while it
  // is cancelled. Returns a number for Cancel, 0 if it was called.
  uint64_t NotifyPast(storage::Position position, std::function<void()> wake);
  void Cancel(uint64_t registration);

  // Counts the watchers, which want every append on its own.
  void AddWatcher();
  void RemoveWatcher();
  bool watched() const;

 private:
  void WakeWaiters();

  const size_t max_bytes_;
  mutable Mutex mutex_;
  std::deque<std::pair<std::shared_ptr<const AppendChanges>, size_t>> appends_
      ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // All changes after this position are in appends_.
  storage::Position complete_after_ ABSL_GUARDED_BY(mutex_) = 0;
  storage::Position position_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::pair<storage::Position, std::function<void()>>> waiters_
      ABSL_GUARDED_BY(mutex_);
  uint64_t last_registration_ ABSL_GUARDED_BY(mutex_) = 0;
  int watchers_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_RING_H_
