#include "services/admin/subscriber_list.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "services/rpc/field_checks.h"
#include "services/rpc/page_token.h"
#include "storage/record.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::admin {
namespace {

TokenScope ScopeOf(const storage::Log& log) {
  return {log.identity().log_id, log.identity().epoch, QueryFingerprint({"ListSubscribers"})};
}

// How long ago the event at `position` was recorded; never negative, should the clock have been set
// back.
absl::StatusOr<absl::Duration> AgeOf(storage::Position position, const storage::LogReader& reader,
                                     absl::Time now) {
  ASSIGN_OR_RETURN(const auto block, reader.BlockAt(position));
  ASSIGN_OR_RETURN(const storage::Record record, storage::ParseRecord(block->Record(position)));
  return std::max(now - record.header.record_time, absl::ZeroDuration());
}

absl::Status Describe(const Subscriber& subscriber, const storage::LogReader& reader,
                      absl::Time now, v1::Subscriber& message) {
  message.set_subscriber_id(subscriber.id);
  message.set_client_name(subscriber.name.client_name);
  message.set_peer(subscriber.name.peer);
  message.set_principal(subscriber.name.principal);
  message.set_method(subscriber.name.method);
  message.set_state(subscriber.live ? v1::SUBSCRIBER_STATE_LIVE : v1::SUBSCRIBER_STATE_CATCHING_UP);
  *message.mutable_start_time() = ToTimestamp(subscriber.start_time);
  // The position first: the head only grows, so the lag is never negative.
  const storage::Position position = subscriber.position;
  const storage::Position head = reader.head();
  message.set_position(position);
  message.set_lag_events(head - position);
  absl::Duration lag = absl::ZeroDuration();
  if (position < head) {
    ASSIGN_OR_RETURN(lag, AgeOf(position + 1, reader, now));
  }
  *message.mutable_lag() = ToDuration(lag);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ListSubscribersResponse> ListSubscribers(
    const v1::ListSubscribersRequest& request, const storage::Log& log,
    const Subscribers& subscribers, const Clock& clock) {
  Violations bad;
  const size_t page_size = ReadPageSize(request.page_size(), bad);
  RETURN_IF_ERROR(bad.ToStatus());
  ASSIGN_OR_RETURN(const TokenPlace place, OpenPageToken(ScopeOf(log), request.page_token()));

  // One more than the page, to see whether there is another.
  std::vector<std::shared_ptr<const Subscriber>> found =
      subscribers.List(place.position, page_size + 1);
  v1::ListSubscribersResponse response;
  if (found.size() > page_size) {
    found.pop_back();
    response.set_next_page_token(SealPageToken(ScopeOf(log), {found.back()->id, ""}));
  }
  const absl::Time now = clock.Now();
  for (const auto& subscriber : found) {
    RETURN_IF_ERROR(Describe(*subscriber, log.reader(), now, *response.add_subscribers()));
  }
  return response;
}

}  // namespace chipline::admin
