#ifndef CHIPLINE_TESTS_BENCH_LOAD_AWAIT_VIEWS_H_
#define CHIPLINE_TESTS_BENCH_LOAD_AWAIT_VIEWS_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/v1/admin_service.grpc.pb.h"

namespace chipline::bench {

// What GetStats says.
absl::StatusOr<v1::GetStatsResponse> StatsOf(v1::AdminService::StubInterface& admin);

// Waits until the timelines are where the log ends and no rebuild is under way; returns how long
// that took. Nothing tells when they are there, so GetStats is asked every 20 ms; `look`, if there
// is one, gets each answer, and ends the wait with any status but OK. DEADLINE_EXCEEDED after
// `patience`.
absl::StatusOr<absl::Duration> AwaitViews(
    v1::AdminService::StubInterface& admin, absl::Duration patience,
    const std::function<absl::Status(const v1::GetStatsResponse&)>& look = nullptr);

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_AWAIT_VIEWS_H_
