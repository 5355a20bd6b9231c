#ifndef CHIPLINE_SERVICES_QUERY_WATCH_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_H_

#include <cstddef>
#include <string>
#include <string_view>

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
// feed gives it, and heartbeats. Where the feed has missed too much, reset and a snapshot come in
// between. A client that has the token of any message, and no later one, gets by it exactly what
// followed that message, or a reset.
//
// No message is larger than limits::kMaxBatchBytes: a part of a happening, or of a snapshot, each.
//
// Not thread-safe. `views`, `clock` and `bell` must outlive it.
class Watch final : public StreamSource {
 public:
  Watch(timeline::Materializer& views, const Clock& clock, DayBell& bell, WatchTerms terms);

  // UNAVAILABLE while the views are being rebuilt; OUT_OF_RANGE for a token of positions that the
  // log does not have; DATA_LOSS if the log or the views are damaged.
  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override;
  size_t held_bytes() const override { return feed_.bytes(); }

  // What StreamWait waits for. Lives as long as the watch.
  Waker& waker() { return waker_; }

 private:
  enum class Stage { kBegin, kReset, kSnapshot, kMissed, kLive };

  absl::StatusOr<StreamStep> Begin();
  absl::StatusOr<StreamStep> Reset();
  absl::StatusOr<StreamStep> SnapshotPart(const StreamTurn& turn);
  // The next happening, or a part of it, or that there is none.
  absl::StatusOr<StreamStep> Follow(const StreamTurn& turn);
  StreamStep Changes(const Happening& happening);
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
  // Whether a part of a happening was sent, and more of it follows.
  bool within_ = false;
  // Why the client must start over.
  std::string_view reset_cause_;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_H_
