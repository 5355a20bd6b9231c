#ifndef CHIPLINE_SERVICES_QUERY_WATCH_H_
#define CHIPLINE_SERVICES_QUERY_WATCH_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/rpc/message_builder.h"
#include "services/rpc/stream_source.h"
#include "services/rpc/token.h"
#include "services/timeline/change_replay.h"
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
  storage::Position after = 0;
  absl::Duration heartbeat_interval;
  std::string client_name;
};

// INVALID_ARGUMENT; FAILED_PRECONDITION for a token of another log, epoch or query.
absl::StatusOr<WatchTerms> ReadWatchRequest(const v1::WatchTimelinesRequest& request,
                                            const storage::LogIdentity& identity);

// What WatchTimelines sends: started; after a token of another view version, reset; without a token
// that holds, the snapshot; after one, the changes since it; caught_up; then the changes of each
// append that changed something, as it comes, and heartbeats.
//
// Changes come from the ring that all watchers share, filtered. What is not there any more, or
// never was (a watch that stood still, or comes back; views that took many appends at once; a name
// in the query that came to mean another entity), is folded anew from the rows. Both give the same.
//
// Not thread-safe. `views` and `clock` must outlive it.
class Watch final : public StreamSource {
 public:
  Watch(timeline::Materializer& views, const Clock& clock, WatchTerms terms);
  ~Watch() override;

  // UNAVAILABLE while the views are being rebuilt; OUT_OF_RANGE for a token of positions that the
  // log does not have; DATA_LOSS if the log or the views are damaged.
  absl::StatusOr<StreamStep> Next(const StreamTurn& turn) override;

 private:
  enum class Stage { kBegin, kReset, kSnapshot, kReplay, kCaughtUp, kLive };

  absl::StatusOr<StreamStep> Begin();
  StreamStep Reset();
  StreamStep SnapshotPart(const StreamTurn& turn);
  absl::Status StartReplay();
  absl::Status ReplayOn();
  StreamStep CaughtUp();
  absl::StatusOr<StreamStep> LiveOn(const StreamTurn& turn);
  // Takes the next append from the ring; false if there is none that changed anything here.
  absl::StatusOr<bool> TakeFromRing();
  // Puts the changes of an append up to be sent.
  void Offer(const timeline::AppendChanges& append);
  StreamStep ChangesPart(const StreamTurn& turn);
  StreamStep Heartbeat();

  // The fields that every response has. The place moves only with the last part of something.
  MessageBuilder Frame() const;
  StreamStep Message(MessageBuilder frame) const;

  timeline::Materializer& views_;
  const Clock& clock_;
  const WatchTerms terms_;

  Stage stage_ = Stage::kBegin;
  // The client has everything up to here, once there is anything that it could go on from.
  storage::Position position_ = 0;
  bool placed_ = false;
  bool was_live_ = false;
  // What the query is for as of position_.
  timeline::ResolvedQuery resolved_;
  // The snapshot's entries still to be sent.
  std::vector<timeline::EntryVersion> snapshot_;
  size_t snapshot_sent_ = 0;
  storage::Position snapshot_position_ = 0;
  std::unique_ptr<timeline::ChangeReplay> replay_;
  // Appends from the ring that were not looked at yet, and where it stands after them.
  std::deque<std::shared_ptr<const timeline::AppendChanges>> from_ring_;
  storage::Position ring_position_ = 0;
  // The bytes of the chipline.v1.TimelineChanges of one append still to be sent, and its end.
  std::deque<std::string> changes_;
  storage::Position changes_position_ = 0;
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_WATCH_H_
