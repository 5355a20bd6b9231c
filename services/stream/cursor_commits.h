#ifndef CHIPLINE_SERVICES_STREAM_CURSOR_COMMITS_H_
#define CHIPLINE_SERVICES_STREAM_CURSOR_COMMITS_H_

#include <functional>

#include "absl/status/statusor.h"

#include "chipline/v1/subscription_service.pb.h"
#include "storage/log.h"

namespace chipline::stream {

// Named checkpoints. A change goes through the log's one order, as an append does, so that every
// node comes to the same answer; it takes no position. The codes are those of SubscriptionService.
// Thread-safe. `log` must outlive it.
class CursorCommits {
 public:
  using Done = std::function<void(absl::StatusOr<v1::CommitCursorResponse>)>;

  explicit CursorCommits(storage::Log& log) : log_(log) {}

  absl::StatusOr<v1::GetCursorResponse> Get(const v1::GetCursorRequest& request) const;
  absl::StatusOr<v1::ListCursorsResponse> List(const v1::ListCursorsRequest& request) const;
  // Does not block. Calls `done` once, on the committer's thread or, if the request is refused, on
  // this one; it must not block.
  void Commit(const v1::CommitCursorRequest& request, Done done);

 private:
  storage::Log& log_;
};

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_CURSOR_COMMITS_H_
