#ifndef CHIPLINE_SERVICES_CLI_FOLLOW_H_
#define CHIPLINE_SERVICES_CLI_FOLLOW_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>

#include "services/cli/console.h"
#include "services/cli/exit_code.h"
#include "services/cli/stop_signal.h"

namespace chipline::cli {

// One try at a stream: reads until it ends and returns how. Sets `connected` once something came.
using StreamAttempt = std::function<grpc::Status(grpc::ClientContext&, bool& connected)>;

// Keeps a stream up until the user ends it: when the server goes away (UNAVAILABLE) after it had
// answered, tries again after 0.5 s, then twice that, up to 2 s, and says so on standard error.
// The attempt must go on from where the one before stopped, and cancel its call when standard
// output is broken. kDone if the user ended it.
ExitCode FollowStream(Console& console, StopSignal& stop, const StreamAttempt& attempt);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_FOLLOW_H_
