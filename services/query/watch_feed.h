#ifndef CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/query/change_source.h"
#include "services/query/watch_place.h"
#include "services/timeline/change_replay.h"
#include "services/timeline/entry_walk.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"

namespace chipline::query {

// What happened to the entries of a query, or a part of it: an append that changed some of them, or
// a day that some of them waited for.
struct Happening {
  std::vector<timeline::EntryChange> changes;
  // Whether nothing more follows of it. Only then the watch is at place().
  bool last = false;
};

// What happens to a query's entries from a place on, in the one order that the log gives it:
// appends by position, and 00:00 of a day before the first append recorded at or after it.
//
// Appends come from the ring that all watchers share, filtered. What is not there any more, or
// never was (a watch that stood still, or comes back; views that took many appends at once; a name
// in the query that came to mean another entity), is folded anew from the rows. Both give the same.
// Where too much would have to be folded the feed is lost(), and has to begin anew.
//
// Of days nothing is stored. The feed keeps the first day on which an interval of an entry begins;
// only when that has come are the entries looked at, as known at its midnight, and each whose
// interval begins tells. A day that nothing begins on after all, since what was to begin was
// withdrawn, passes in silence. It has come when an append is recorded at or after its midnight, or
// when the clock says so and the views have all that was appended.
//
// Every call does a few milliseconds of work, and one step of it at least, and gives at most about
// kPartBytes. Between two calls the feed holds no views, and at most what bytes() says.
//
// Not thread-safe. `views` and `clock` must outlive it. Methods read disk: UNAVAILABLE while the
// views are being rebuilt, DATA_LOSS if the log or the views are damaged.
class WatchFeed {
 public:
  // A single change may be larger, and is then given alone: it has an entry before and after, and
  // perhaps two intervals of it.
  static constexpr size_t kPartBytes = 512 * 1024;

  WatchFeed(timeline::Materializer& views, const Clock& clock, v1::TimelineQuery query);
  ~WatchFeed();
  WatchFeed(const WatchFeed&) = delete;
  WatchFeed& operator=(const WatchFeed&) = delete;

  // Begins with the query's entries as the snapshot has them: first Snapshot, then Next.
  void Begin(const timeline::ViewSnapshot& snapshot);
  // The next entries, until `take` returns false, which leaves the entry for the next call. Whether
  // these were all.
  absl::StatusOr<bool> Snapshot(const std::function<bool(const timeline::EntryVersion&)>& take);
  // Goes on after a place that an earlier watch of the query was at, not past the log's head.
  void Resume(WatchPlace after);

  // The next happening, or part of one of about `max_bytes` at most; nullopt if there is none as
  // yet, or if finding it takes long: then busy(), and the next call goes on.
  absl::StatusOr<std::optional<Happening>> Next(size_t max_bytes = kPartBytes);

  // All up to here was given, or changed nothing.
  const WatchPlace& place() const { return told_; }
  // If it is not busy: there is nothing more before the views are past this,
  storage::Position waits_past() const;
  // or this day has come.
  std::optional<CivilDay> waits_for() const {
    return has_come_ ? std::optional<CivilDay>() : next_start_;
  }
  // Whether Next() may have something without waiting.
  bool busy() const {
    return looking_ || telling_.has_value() || ahead_.has_value() || replay_ != nullptr ||
           starts_.has_value();
  }
  // Whether so much was missed that it has to begin anew.
  bool lost() const { return replay_ != nullptr && replay_->too_far(); }
  // About what it holds in memory.
  size_t bytes() const;

 private:
  // A happening being given.
  struct Telling {
    std::unique_ptr<ChangeSource> source;
    // What comes next of it.
    std::vector<timeline::EntryChange> part;
    size_t part_bytes = 0;
  };
  // The next append that has something to tell.
  struct Ahead {
    storage::Position position = 0;
    timeline::EntryChange first;
    std::unique_ptr<ChangeSource> rest;
  };

  // The next append to tell, into ahead_, if there is one, and how far the views are. Whether it
  // came to an end; if not, the time is over.
  absl::StatusOr<bool> LookAhead(timeline::SteadyTime until);
  absl::StatusOr<bool> LookInRing(timeline::SteadyTime until);
  absl::StatusOr<bool> LookInReplay(timeline::SteadyTime until);
  absl::Status StartReplay();
  // Into ahead_, if the source has anything. Whether it came to an end.
  absl::StatusOr<bool> Try(storage::Position position, std::unique_ptr<ChangeSource> source,
                           timeline::SteadyTime until);

  // Where the day that is waited for stands among the appends, if it has come: after that position.
  absl::StatusOr<std::optional<storage::Position>> DayHasCome();
  absl::Status BeginDay(storage::Position position);
  absl::Status BeginAhead();
  absl::StatusOr<std::optional<Happening>> Tell(size_t max_bytes, timeline::SteadyTime until);
  absl::Status Add(timeline::EntryChange change);
  // Finds the first start after the place's day, of entries as of the place. Whether it is known.
  absl::StatusOr<bool> FindNextStart(timeline::SteadyTime until);
  void NoteNextStart(const std::vector<CivilDay>& starts);

  timeline::Materializer& views_;
  const Clock& clock_;
  const v1::TimelineQuery query_;

  // Where the watch is once what is being told was told, and where it is.
  WatchPlace place_;
  WatchPlace told_;
  // What the query is for as of what was looked at last.
  timeline::ResolvedQuery resolved_;
  std::optional<timeline::EntryWalk> snapshot_;
  std::unique_ptr<timeline::ChangeReplay> replay_;
  // Whether replay_ has found where to look.
  bool collected_ = false;
  std::optional<Ahead> ahead_;
  std::optional<Telling> telling_;
  // Whether the time was over before ahead_ was found.
  bool looking_ = false;
  // Every append up to here that changed something has been in ahead_.
  storage::Position seen_ = 0;
  // False after a place that the views have not reached, or while starts_ is gone over.
  bool starts_known_ = false;
  std::optional<timeline::EntryWalk> starts_;
  // No interval begins before it, after the place's day.
  std::optional<CivilDay> next_start_;
  // Where its midnight stands in the log, once that is known.
  std::optional<std::pair<CivilDay, storage::Position>> midnight_;
  // It has come, but the views have not all that is before it.
  bool has_come_ = false;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_
