#ifndef CHIPLINE_SERVICES_STREAM_SUBSCRIBE_REQUEST_H_
#define CHIPLINE_SERVICES_STREAM_SUBSCRIBE_REQUEST_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/v1/subscription_service.pb.h"
#include "services/rpc/token.h"
#include "services/stream/start.h"
#include "storage/filter.h"
#include "storage/log.h"

namespace chipline::stream {

// What a subscriber asked for, checked, with the defaults filled in.
struct SubscribeTerms {
  Start start;
  storage::Filter filter;
  absl::Duration heartbeat_interval;
  size_t max_batch_bytes = 0;
  std::string client_name;
  // What its resume tokens bind.
  TokenScope scope;
};

// INVALID_ARGUMENT with every violation; FAILED_PRECONDITION if the resume token is of another log,
// epoch or filter. Does not block.
absl::StatusOr<SubscribeTerms> ReadSubscribeRequest(const v1::SubscribeRequest& request,
                                                    const storage::LogIdentity& identity);

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_SUBSCRIBE_REQUEST_H_
