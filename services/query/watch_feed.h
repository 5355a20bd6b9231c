#ifndef CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/query/watch_place.h"
#include "services/timeline/change_replay.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"

namespace chipline::query {

// What happened to the entries of a query: an append that changed some of them, or a day that some
// of them waited for.
struct Happening {
  // Where a watch is that has told it.
  WatchPlace place;
  std::vector<timeline::EntryChange> changes;
};

// What happens to a query's entries from a place on, in the one order that the log gives it:
// appends by position, and 00:00 of a day before the first append recorded at or after it.
//
// Appends come from the ring that all watchers share, filtered. What is not there any more, or
// never was (a watch that stood still, or comes back; views that took many appends at once; a name
// in the query that came to mean another entity), is folded anew from the rows. Both give the same.
//
// Of days nothing is stored. The feed keeps the first day on which an interval of an entry begins;
// only when that has come are the entries looked at, as known at its midnight, and each whose
// interval begins tells. A day that nothing begins on after all, since what was to begin was
// withdrawn, passes in silence. It has come when an append is recorded at or after its midnight, or
// when the clock says so and the views have all that was appended.
//
// Not thread-safe. `views` and `clock` must outlive it. Methods read disk: UNAVAILABLE while the
// views are being rebuilt, DATA_LOSS if the log or the views are damaged.
class WatchFeed {
 public:
  WatchFeed(timeline::Materializer& views, const Clock& clock, v1::TimelineQuery query);
  ~WatchFeed();
  WatchFeed(const WatchFeed&) = delete;
  WatchFeed& operator=(const WatchFeed&) = delete;

  // Begins with the query's entries as the snapshot has them, and answers these.
  absl::StatusOr<std::vector<timeline::EntryVersion>> Begin(const timeline::ViewSnapshot& snapshot);
  // Goes on after a place that an earlier watch of the query was at, not past the log's head.
  absl::Status Resume(std::unique_ptr<const timeline::ViewSnapshot> snapshot, WatchPlace after);

  // The next happening; nullopt if there is none as yet, or if finding it takes long: then busy(),
  // and the next call goes on.
  absl::StatusOr<std::optional<Happening>> Next();

  // All up to here was answered, or changed nothing.
  const WatchPlace& place() const { return place_; }
  // If it is not busy: there is nothing more before the views are past this,
  storage::Position waits_past() const;
  // or this day has come.
  std::optional<CivilDay> waits_for() const {
    return has_come_ ? std::optional<CivilDay>() : next_start_;
  }
  // Whether Next() may have something without waiting.
  bool busy() const { return ahead_.has_value() || !from_ring_.empty() || replay_ != nullptr; }

 private:
  // The next append to tell, into ahead_, if there is one, and how far the views are.
  absl::Status LookAhead();
  absl::Status LookAheadInRing();
  absl::Status LookAheadInReplay();
  absl::Status StartReplay();

  // Where the day that is waited for stands among the appends, if it has come: after that position.
  absl::StatusOr<std::optional<storage::Position>> DayHasCome();
  // The day passes after `position`.
  absl::StatusOr<Happening> PassDay(storage::Position position);
  // The append in ahead_.
  absl::StatusOr<Happening> TakeAhead();
  absl::Status NoteStarts(const Happening& append);
  // Finds the first start after the place's day, of entries as of the place.
  absl::Status FindNextStart(const timeline::ViewSnapshot& snapshot);
  void NoteNextStart(const std::vector<CivilDay>& starts);

  timeline::Materializer& views_;
  const Clock& clock_;
  const v1::TimelineQuery query_;

  WatchPlace place_;
  // What the query is for as of the place.
  timeline::ResolvedQuery resolved_;
  std::unique_ptr<timeline::ChangeReplay> replay_;
  // Appends from the ring that were not looked at yet.
  std::deque<std::shared_ptr<const timeline::AppendChanges>> from_ring_;
  std::optional<timeline::AppendChanges> ahead_;
  // Every append up to here that changed something has been in ahead_.
  storage::Position seen_ = 0;
  // Where from_ring_ ends.
  storage::Position ring_end_ = 0;
  // False after a place that the views have not reached.
  bool starts_known_ = false;
  // No interval begins before it, after the place's day.
  std::optional<CivilDay> next_start_;
  // Where its midnight stands in the log, once that is known.
  std::optional<std::pair<CivilDay, storage::Position>> midnight_;
  // It has come, but the views have not all that is before it.
  bool has_come_ = false;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_FEED_H_
