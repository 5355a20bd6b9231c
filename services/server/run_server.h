#ifndef CHIPLINE_SERVICES_SERVER_RUN_SERVER_H_
#define CHIPLINE_SERVICES_SERVER_RUN_SERVER_H_

#include "absl/status/status.h"

#include "services/server/options.h"

namespace chipline::server {

// Opens the data directory and serves until SIGTERM or SIGINT, then drains and closes it. To be
// called once, from a program's only thread, since it takes those signals for itself.
//
// It also ends, after draining, when only a new start can mend what is wrong: a write to the log
// failed or the data directory is gone, so what is on disk is not known (UNAVAILABLE, reason
// OUTCOME_UNKNOWN). SIGHUP reads certificates, keys of tokens and the policy again. The program is
// to be run under a supervisor that starts it again.
//
// Returns OK after a clean stop; INVALID_ARGUMENT for options out of bounds; UNAVAILABLE if the
// address cannot be listened on; and what opening the log gives: FAILED_PRECONDITION if another
// process has the directory or its format is newer, DATA_LOSS if acknowledged events are missing.
absl::Status RunServer(const ServerOptions& options);

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_RUN_SERVER_H_
