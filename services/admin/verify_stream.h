#ifndef CHIPLINE_SERVICES_ADMIN_VERIFY_STREAM_H_
#define CHIPLINE_SERVICES_ADMIN_VERIFY_STREAM_H_

#include "chipline/v1/admin_service.pb.h"
#include "services/admin/work_notice.h"
#include "services/rpc/stream_source.h"
#include "services/timeline/materializer.h"
#include "storage/log.h"
#include "storage/verification.h"

namespace chipline::admin {

// A finding as the contract has it.
v1::VerifyFinding ToMessage(const storage::CheckedFinding& finding);

// A verification of what is being served, as a stream: a slice of work for each message, so that it
// holds a thread for a moment at a time, rests while the client does not read, and ends with the
// call. Log and views must outlive the gRPC server; `notice` tells of it when it is over.
StreamPlan PlanVerify(const v1::VerifyLogRequest& request, const storage::Log& log,
                      const timeline::Materializer& views, WorkNotice notice);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_VERIFY_STREAM_H_
