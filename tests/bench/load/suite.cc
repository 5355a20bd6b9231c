#include "tests/bench/load/suite.h"

#include <fmt/format.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

#include "services/cli/client.h"
#include "services/rpc/status.h"
#include "storage/limits.h"
#include "storage/status_macros.h"
#include "tests/bench/load/disk_limits.h"
#include "tests/bench/load/echo_server.h"
#include "tests/bench/load/grpc_load.h"

namespace chipline::bench {
namespace {

constexpr char kAppendMethod[] = "/chipline.v1.EventLogService/AppendEvents";
constexpr char kPipelineMethod[] = "/chipline.v1.EventLogService/PipelineAppend";
constexpr size_t kPipelineStreams = 4;

// Sets the event ids of this run apart from those of others on the same log.
std::string RunName() {
  return fmt::format("{:x}", absl::ToUnixMillis(absl::Now()) & 0xffffffffff);
}

// A round trip and a sync, one after the other: what an append cannot be faster than. A closed loop
// of one is as fast as its median.
Measurement InTurn(const Measurement& first, const Measurement& second) {
  Measurement both;
  both.operations = both.events = 1;
  both.elapsed = first.Percentile(0.5) + second.Percentile(0.5);
  both.latencies = {both.elapsed};
  return both;
}

}  // namespace

Suite::Suite(std::string chipline, std::string echo, std::filesystem::path directory,
             const SuiteOptions& options, std::function<void(const std::string&)> say)
    : chipline_(std::move(chipline)),
      echo_(std::move(echo)),
      directory_(std::move(directory)),
      options_(options),
      say_(std::move(say)),
      run_(RunName()),
      source_(run_),
      limit_source_(run_) {}

absl::Status Suite::Run() {
  RETURN_IF_ERROR(AppendAliases());
  const auto wanted = [this](std::string_view name) { return name.starts_with(options_.only); };
  if (wanted("append-unary")) {
    RETURN_IF_ERROR(AppendUnary(1));
    RETURN_IF_ERROR(AppendUnary(64));
  }
  if (wanted("append-pipelined")) {
    RETURN_IF_ERROR(AppendPipelined(1));
    RETURN_IF_ERROR(AppendPipelined(64));
  }
  if (wanted("catch-up")) RETURN_IF_ERROR(CatchUp());
  if (wanted("filtered-catch-up")) RETURN_IF_ERROR(FilteredCatchUp());
  if (wanted("get-timeline")) RETURN_IF_ERROR(GetTimeline());
  if (wanted("fan-out")) {
    for (const size_t subscribers : options_.fan_out) RETURN_IF_ERROR(FanOut(subscribers));
  }
  return absl::OkStatus();
}

absl::Status Suite::AppendAliases() {
  cli::Client client(chipline_, absl::Seconds(30));
  v1::AppendEventsRequest request;
  for (v1::Event& event : EventSource::Aliases(run_)) *request.add_events() = std::move(event);
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::AppendEventsResponse response;
  return FromGrpcStatus(client.log().AppendEvents(&context, request, &response));
}

absl::Status Suite::Compare(const std::string& test, const Arm& own,
                            const std::vector<Limit>& limits) {
  std::vector<Row> rows;
  for (const Limit& limit : limits) rows.push_back({test, limit.name, {}, {}});
  for (int round = 0; round < options_.rounds; ++round) {
    say_(fmt::format("{}, round {} of {}", test, round + 1, options_.rounds));
    const bool own_first = round % 2 == 0;
    Measurement mine;
    if (own_first) {
      ASSIGN_OR_RETURN(mine, own());
    }
    for (size_t i = 0; i < limits.size(); ++i) {
      ASSIGN_OR_RETURN(Measurement limit, limits[i].arm());
      rows[i].limits.push_back(std::move(limit));
    }
    if (!own_first) {
      ASSIGN_OR_RETURN(mine, own());
    }
    for (Row& row : rows) row.own.push_back(mine);
  }
  for (Row& row : rows) rows_.push_back(std::move(row));
  return absl::OkStatus();
}

absl::Status Suite::AppendUnary(size_t in_flight) {
  const auto chipline = cli::OpenChannel(chipline_);
  const auto echo = cli::OpenChannel(echo_);
  const Exchange append = {kAppendMethod, [this] { return source_.AppendRequest(1); }, nullptr, 1};
  const Exchange same_size = {kUnaryMethod, [this] { return limit_source_.AppendRequest(1); },
                              nullptr, 1};
  const absl::Duration arm = options_.arm;
  std::vector<Limit> limits = {
      {"gRPC unary echo", [&] { return UnaryLoad(echo, same_size, in_flight, arm); }}};
  if (in_flight == 1) {
    limits.push_back(
        {"append and fdatasync", [&] { return FileAppend(directory_, limit_source_, 1, arm); }});
    limits.push_back(
        {"RocksDB synced write", [&] { return RocksDbAppend(directory_, limit_source_, 1, arm); }});
    limits.push_back({"echo, then fdatasync", [&]() -> absl::StatusOr<Measurement> {
                        const Measurement trip = UnaryLoad(echo, same_size, 1, arm / 2);
                        ASSIGN_OR_RETURN(const Measurement sync,
                                         FileAppend(directory_, limit_source_, 1, arm / 2));
                        return InTurn(trip, sync);
                      }});
  }
  return Compare(
      fmt::format("append-unary, {} in flight", in_flight),
      [&] { return UnaryLoad(chipline, append, in_flight, arm); }, limits);
}

absl::Status Suite::AppendPipelined(size_t events) {
  const Exchange append = {kPipelineMethod,
                           [this, events] { return source_.PipelineRequest(events); }, HoldsResult,
                           events};
  const Exchange same_size = {kEchoMethod,
                              [this, events] { return limit_source_.PipelineRequest(events); },
                              nullptr, events};
  const size_t window = events == 1 ? 64 : 8;
  const size_t commit = limits::kMaxCommitBytes / source_.mean_event_bytes();
  const absl::Duration arm = options_.arm;
  return Compare(fmt::format("append-pipelined, {} a message", events),
                 [&] { return BidiLoad(chipline_, append, kPipelineStreams, window, arm); },
                 {{"gRPC stream echo",
                   [&] { return BidiLoad(echo_, same_size, kPipelineStreams, window, arm); }},
                  {"append 1 MiB and fdatasync",
                   [&] { return FileAppend(directory_, limit_source_, commit, arm); }},
                  {"RocksDB synced write of 64",
                   [&] { return RocksDbAppend(directory_, limit_source_, 64, arm); }}});
}

}  // namespace chipline::bench
