#ifndef CHIPLINE_SERVICES_ADMIN_STATISTICS_H_
#define CHIPLINE_SERVICES_ADMIN_STATISTICS_H_

#include "chipline/v1/admin_service.pb.h"
#include "services/rpc/subscribers.h"
#include "services/timeline/materializer.h"
#include "storage/log.h"

namespace chipline::admin {

// The counters and gauges as they are now; each is exact, but they are not of one moment. Looks at
// the size of every file, so it is not for gRPC's threads.
v1::GetStatsResponse CurrentStats(const storage::Log& log, const timeline::Materializer& views,
                                  const Subscribers& subscribers);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_STATISTICS_H_
