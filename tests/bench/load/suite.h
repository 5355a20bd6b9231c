#ifndef CHIPLINE_TESTS_BENCH_LOAD_SUITE_H_
#define CHIPLINE_TESTS_BENCH_LOAD_SUITE_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "chipline/v1/event_log_service.grpc.pb.h"
#include "tests/bench/load/event_source.h"
#include "tests/bench/load/report.h"

namespace chipline::bench {

// How to run the suite.
struct SuiteOptions {
  // Of one arm of one round.
  absl::Duration arm = absl::Seconds(3);
  int rounds = 3;
  // Subscribers of the fan-out tests.
  std::vector<size_t> fan_out = {1, 10, 100, 1000};
  // Only tests whose name starts like this; empty: all.
  std::string only;
};

// The tests of `server_bench`. Each round runs a test and its limits one after the other, the
// test first in odd rounds and last in even ones, so that what drifts on the machine touches both
// alike.
class Suite {
 public:
  // `chipline` and `echo` are HOST:PORT; `directory` is in the file system to measure. `say` gets a
  // line of progress.
  Suite(std::string chipline, std::string echo, std::filesystem::path directory,
        const SuiteOptions& options, std::function<void(const std::string&)> say);

  absl::Status Run();
  const std::vector<Row>& rows() const { return rows_; }

 private:
  // What a test or a limit is measured by.
  using Arm = std::function<absl::StatusOr<Measurement>()>;
  struct Limit {
    std::string name;
    Arm arm;
  };

  absl::Status AppendAliases();
  // Measures a test and its limits, in rounds, and adds a row for each limit.
  absl::Status Compare(const std::string& test, const Arm& own, const std::vector<Limit>& limits);

  absl::Status AppendUnary(size_t in_flight);
  absl::Status AppendPipelined(size_t events);
  absl::Status CatchUp();
  absl::Status FanOut(size_t subscribers);
  absl::Status FilteredCatchUp();
  absl::Status GetTimeline();

  // Appends for as long as an arm, so that there is something to read, and waits until the server
  // has nothing else to do.
  absl::Status Fill(std::string_view test);
  // Waits until the timelines are complete.
  absl::Status AwaitRest(std::string_view test);
  absl::StatusOr<Measurement> ReadAll();
  absl::StatusOr<Measurement> ReadThrough(const v1::ReadEventsRequest& request);
  // Appends 64 events a message, for the length of an arm or a part of it.
  Measurement Publish(size_t subscribers);
  absl::StatusOr<Measurement> FanOutOnce(size_t subscribers);
  // A raw stream of messages as large as those of the latest read or fan-out.
  absl::StatusOr<Measurement> RawStream(size_t streams);

  const std::string chipline_;
  const std::string echo_;
  const std::filesystem::path directory_;
  const SuiteOptions options_;
  const std::function<void(const std::string&)> say_;
  const std::string run_;
  EventSource source_;
  // What the limits get: the same events, so that the log has them all, as it grows.
  EventSource limit_source_;
  // Bytes and events of one message in the latest stream that was read.
  double message_bytes_ = 64 * 1024;
  double message_events_ = 100;
  std::vector<Row> rows_;
};

}  // namespace chipline::bench

#endif  // CHIPLINE_TESTS_BENCH_LOAD_SUITE_H_
