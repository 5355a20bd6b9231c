#ifndef CHIPLINE_SERVICES_INGEST_SEAL_H_
#define CHIPLINE_SERVICES_INGEST_SEAL_H_

#include "absl/status/statusor.h"

#include "chipline/storage/v1/command.pb.h"
#include "chipline/v1/event_log_service.pb.h"

namespace chipline::ingest {

// Turns a request into what the committer applies: every event checked by the rules of the .proto
// files, completed, made canonical and given its names. Pure; safe to call from many threads.
// `request` may be on an arena, and is not to be used afterwards.
//
// Returns INVALID_ARGUMENT with every violation (Violations) if anything is wrong. What only the
// log can tell (ids known, preconditions, aliases taken) is decided by the committer.
absl::StatusOr<storage::v1::Append> Seal(v1::AppendEventsRequest&& request);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_SEAL_H_
