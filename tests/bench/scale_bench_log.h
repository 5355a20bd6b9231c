#ifndef CHIPLINE_TESTS_BENCH_SCALE_BENCH_LOG_H_
#define CHIPLINE_TESTS_BENCH_SCALE_BENCH_LOG_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/cli/client.h"
#include "services/cli/stop_signal.h"
#include "tests/bench/load/child.h"
#include "tests/bench/load/event_source.h"
#include "tests/bench/load/measurement.h"

namespace chipline {

// One log that grows, in a folder of its own, behind a `chipline serve` of its own. Between the
// events of `server_bench` stand those of two companies that nothing else is about:
//
// - the steady one has 20 claims before anything else and never more;
// - the rare one has one event in every 1,000 that Fill appends.
//
// Every call returns CANCELLED soon after the stop signal, and UNAVAILABLE, with what the server
// wrote, if the server does not do what was asked. Not thread-safe.
class ScaleLog {
 public:
  // Makes the folder in `parent`; it goes, with the server, when the log goes out of scope. `say`
  // gets a line of progress. `stop` must outlive it.
  static absl::StatusOr<std::unique_ptr<ScaleLog>> Start(
      const std::filesystem::path& chipline, const std::filesystem::path& parent,
      cli::StopSignal& stop, std::function<void(const std::string&)> say);
  ~ScaleLog();
  ScaleLog(const ScaleLog&) = delete;
  ScaleLog& operator=(const ScaleLog&) = delete;

  // Appends until the log has exactly so many events, 64 a message on four pipelines.
  // FAILED_PRECONDITION if it has more.
  absl::StatusOr<bench::Measurement> Fill(uint64_t events);
  // Appends one event a call, one call at a time.
  absl::StatusOr<bench::Measurement> AppendSingly(int calls);
  // Asks for the timeline of the steady company, one call at a time.
  absl::StatusOr<bench::Measurement> AskTimeline(int calls);
  // Reads everything, or what is about the rare company, and checks that it is all there.
  absl::StatusOr<bench::Measurement> ReadAll();
  absl::StatusOr<bench::Measurement> ReadRare();
  // Waits until the timelines are where the log ends; returns how long that took.
  absl::StatusOr<absl::Duration> AwaitViews();
  // Timeline entries that there are now.
  absl::StatusOr<uint64_t> TimelineEntries();
  // Kills the server as a crash would and starts it again; returns the time from its start to its
  // first answer, which must say that nothing is lost.
  absl::StatusOr<absl::Duration> CrashAndRestart();

  const std::filesystem::path& directory() const { return directory_; }
  // Where the server keeps its data.
  std::filesystem::path data() const { return directory_ / "data"; }
  pid_t server_pid() const { return server_->pid(); }
  uint64_t events() const { return events_; }
  // The Protobuf bytes of all these events; those of Fill with what frames them, under 1 %.
  uint64_t event_bytes() const { return event_bytes_; }

 private:
  ScaleLog(std::filesystem::path chipline, std::filesystem::path directory, cli::StopSignal& stop,
           std::function<void(const std::string&)> say);

  absl::Status StartServer();
  // The names that the events use, and the claims of the steady company.
  absl::Status AppendFirst();
  // The next message of a pipeline. Called by several threads.
  grpc::ByteBuffer NextMessage();
  absl::Status Append(const v1::AppendEventsRequest& request);
  absl::StatusOr<bench::Measurement> Read(const v1::ReadEventsRequest& request, uint64_t expected);
  absl::StatusOr<uint64_t> Head();
  // CANCELLED after the stop signal, otherwise UNAVAILABLE with the end of the server's output.
  absl::Status Failed(const std::string& what) const;
  absl::Status CheckNotStopped() const;

  const std::filesystem::path chipline_;
  const std::filesystem::path directory_;
  cli::StopSignal& stop_;
  const std::function<void(const std::string&)> say_;
  bench::EventSource source_;
  std::optional<bench::Child> server_;
  std::unique_ptr<cli::Client> client_;
  uint64_t events_ = 0;
  uint64_t event_bytes_ = 0;
  // Of all fills.
  std::atomic<uint64_t> messages_ = 0;
  // The first is the alias, which is about the company as well.
  std::atomic<uint64_t> rare_events_ = 1;
};

}  // namespace chipline

#endif  // CHIPLINE_TESTS_BENCH_SCALE_BENCH_LOG_H_
