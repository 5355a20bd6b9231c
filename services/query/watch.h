#ifndef CHIPLINE_SERVICES_QUERY_WATCH_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/query/day_bell.h"
#include "services/query/watch_feed.h"
#include "services/query/watch_place.h"
#include "services/query/watch_waker.h"
#include "services/rpc/message_builder.h"
#include "services/rpc/stream_source.h"
#include "services/rpc/token.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"

namespace chipline::query {

// A WatchTimelinesRequest that was checked.
struct WatchTerms {
  v1::TimelineQuery query;
  TokenScope scope;
  // Of the token: where to go on, if `resumed`; and whether another view version has seen to it
  // that the client must start over.
  bool resumed = false;
  bool reset = false;
  WatchPlace after;
  absl::Duration heartbeat_interval;
  std::string client_name;
};

// INVALID_ARGUMENT; FAILED_PRECONDITION for a token of another log, epoch or query.
absl::StatusOr<WatchTerms> ReadWatchRequest(const v1::WatchTimelinesRequest& request,
                                            const storage::LogIdentity& identity);

// What WatchTimelines sends: started; after a token of another view version, reset; without a token
// that holds, the snapshot; after one, what happened since it; caught_up; then what happens, as the
// feed gives it, and heartbeats. A client that has the token of any message, and no later one, gets
// by it exactly what followed that message.
//
// Not thread-safe. `views`, `clock` and `bell` must outlive it.
class Watch final : public StreamSource {
 public:
  Watch(timeline::Materializer& views, const Clock& clock, DayBell& bell, WatchTerms terms);

  // UNAVAILABLE while the views are being rebuilt; OUT_OF_RANGE for a token of positions that the
  // log does not have; DATA_LOSS if the log or the views are damaged.
  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override;

  // What StreamWait waits for. Lives as long as the watch.
  Waker& waker() { return waker_; }

 private:
  enum class Stage { kBegin, kReset, kSnapshot, kMissed, kLive };

  absl::StatusOr<StreamStep> Begin();
  StreamStep Reset();
  StreamStep SnapshotPart(const StreamTurn& turn);
  // The next happening, or that there is none.
  absl::StatusOr<StreamStep> GoOn(const StreamTurn& turn);
  StreamStep ChangesPart(const StreamTurn& turn);
  StreamStep CaughtUp();
  StreamStep Heartbeat();

  // The fields that every response has. The place moves only with the last part of something.
  MessageBuilder Frame() const;
  StreamStep Message(MessageBuilder frame);

  timeline::Materializer& views_;
  const Clock& clock_;
  const WatchTerms terms_;

  WatchFeed feed_;
  WatchWaker waker_;
  Stage stage_ = Stage::kBegin;
  // The client has everything up to here, once there is anything that it could go on from.
  WatchPlace place_;
  bool placed_ = false;
  // The snapshot's entries still to be sent.
  std::vector<timeline::EntryVersion> snapshot_;
  size_t snapshot_sent_ = 0;
  // The bytes of the chipline.v1.TimelineChanges of one happening still to be sent, and where the
  // client is after them.
  std::deque<std::string> changes_;
  WatchPlace changes_place_;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_H_
