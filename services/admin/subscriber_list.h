#ifndef CHIPLINE_SERVICES_ADMIN_SUBSCRIBER_LIST_H_
#define CHIPLINE_SERVICES_ADMIN_SUBSCRIBER_LIST_H_

#include "absl/status/statusor.h"

#include "chipline/v1/admin_service.pb.h"
#include "services/rpc/subscribers.h"
#include "storage/clock.h"
#include "storage/log.h"

namespace chipline::admin {

// A page of subscribers, each with how far behind the head it is. For one that is behind reads the
// event it waits for, so it is not for gRPC's threads. INVALID_ARGUMENT for a damaged page_token or
// a negative page_size, FAILED_PRECONDITION for a token of another log.
absl::StatusOr<v1::ListSubscribersResponse> ListSubscribers(
    const v1::ListSubscribersRequest& request, const storage::Log& log,
    const Subscribers& subscribers, const Clock& clock);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_SUBSCRIBER_LIST_H_
