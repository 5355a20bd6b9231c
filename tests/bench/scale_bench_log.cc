#include "tests/bench/scale_bench_log.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

#include "services/rpc/status.h"
#include "services/words/number_words.h"
#include "storage/check.h"
#include "storage/status_macros.h"
#include "tests/bench/load/await_views.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/server/running_server.h"

namespace chipline {
namespace {

using bench::EventSource;
using bench::Measurement;

constexpr char kRun[] = "scale";
constexpr char kSteady[] = "Steady Company";
constexpr int kSteadyClaims = 20;
constexpr char kRare[] = "Rare Company";
constexpr char kRareId[] = "rare-company";
constexpr uint64_t kRareEvery = 1000;
// The rare claims are of so many years in turn, so that no entry gets very many.
constexpr uint64_t kRareYears = 20;

constexpr char kPipelineMethod[] = "/chipline.v1.EventLogService/PipelineAppend";
constexpr char kReadMethod[] = "/chipline.v1.EventLogService/ReadEvents";
constexpr size_t kStreams = 4;
constexpr size_t kWindow = 8;
constexpr uint64_t kMessageEvents = 64;
// Messages on each stream between two lines of progress.
constexpr uint64_t kStepMessages = 1024;
// Nothing that is done at once takes so long unless it never ends.
constexpr absl::Duration kPatience = absl::Minutes(30);
// Between two lines of progress of the views.
constexpr absl::Duration kProgress = absl::Seconds(10);
constexpr size_t kOutputShown = 2000;

std::string Count(uint64_t number) { return CountWords(static_cast<int64_t>(number)); }

v1::Event RareEvent(uint64_t number) {
  v1::Event event = server::Capex(fmt::format("{}-rare-{}", kRun, number), kRare,
                                  static_cast<int>(number % 500) + 1);
  event.mutable_capex_announcement()->mutable_period()->set_edtf(
      fmt::format("{}", 2026 + number % kRareYears));
  return event;
}

v1::Event RareAlias() {
  v1::Event event;
  event.set_event_id(fmt::format("{}-rare-alias", kRun));
  v1::AliasChange& change = *event.mutable_alias_change();
  change.set_entity(kRareId);
  change.set_kind(v1::ENTITY_KIND_COMPANY);
  change.set_alias(kRare);
  change.set_change(v1::ALIAS_OPERATION_ADD);
  return event;
}

// Protobuf merges the parts of a message that come one after the other.
grpc::ByteBuffer Joined(const grpc::ByteBuffer& first, const std::string& second) {
  std::vector<grpc::Slice> slices;
  first.Dump(&slices);
  slices.emplace_back(second);
  return grpc::ByteBuffer(slices.data(), slices.size());
}

uint64_t EventBytes(const v1::AppendEventsRequest& request) {
  uint64_t bytes = 0;
  for (const v1::Event& event : request.events()) bytes += event.ByteSizeLong();
  return bytes;
}

}  // namespace

ScaleLog::ScaleLog(std::filesystem::path chipline, std::filesystem::path directory,
                   cli::StopSignal& stop, std::function<void(const std::string&)> say)
    : chipline_(std::move(chipline)),
      directory_(std::move(directory)),
      stop_(stop),
      say_(std::move(say)),
      source_(kRun) {}

ScaleLog::~ScaleLog() {
  client_.reset();
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

absl::StatusOr<std::unique_ptr<ScaleLog>> ScaleLog::Start(
    const std::filesystem::path& chipline, const std::filesystem::path& parent,
    cli::StopSignal& stop, std::function<void(const std::string&)> say) {
  std::string path = parent / "chipline-scale-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return absl::NotFoundError(fmt::format("cannot make a folder in {}", parent.string()));
  }
  std::unique_ptr<ScaleLog> log(new ScaleLog(chipline, path, stop, std::move(say)));
  RETURN_IF_ERROR(log->StartServer());
  RETURN_IF_ERROR(log->AppendFirst());
  return log;
}

absl::Status ScaleLog::StartServer() {
  const std::filesystem::path port = directory_ / "port";
  std::error_code ignored;
  std::filesystem::remove(port, ignored);
  auto started = bench::Child::Start(
      chipline_, {"serve", "--data", data(), "--listen", "127.0.0.1:0", "--port-file", port}, port,
      directory_ / "output", kPatience);
  if (!started.ok()) return Failed(std::string(started.status().message()));
  server_.emplace(*std::move(started));
  client_ = std::make_unique<cli::Client>(server_->address(), kPatience);
  return absl::OkStatus();
}

absl::Status ScaleLog::AppendFirst() {
  v1::AppendEventsRequest request;
  for (v1::Event& event : EventSource::Aliases(kRun)) *request.add_events() = std::move(event);
  *request.add_events() = RareAlias();
  for (int i = 0; i < kSteadyClaims; ++i) {
    *request.add_events() = server::Capex(fmt::format("{}-steady-{}", kRun, i), kSteady, i + 50);
  }
  return Append(request);
}

absl::Status ScaleLog::Append(const v1::AppendEventsRequest& request) {
  grpc::ClientContext context;
  client_->SetDeadline(context);
  v1::AppendEventsResponse response;
  const grpc::Status status = client_->log().AppendEvents(&context, request, &response);
  if (!status.ok()) return Failed("AppendEvents: " + status.error_message());
  events_ += static_cast<uint64_t>(request.events_size());
  event_bytes_ += EventBytes(request);
  return absl::OkStatus();
}

grpc::ByteBuffer ScaleLog::NextMessage() {
  const uint64_t before = messages_.fetch_add(1) * kMessageEvents;
  if (before / kRareEvery == (before + kMessageEvents) / kRareEvery) {
    return source_.PipelineRequest(kMessageEvents);
  }
  v1::PipelineAppendRequest rare;
  *rare.mutable_append()->add_events() = RareEvent(rare_events_.fetch_add(1));
  return Joined(source_.PipelineRequest(kMessageEvents - 1), rare.SerializeAsString());
}

absl::StatusOr<Measurement> ScaleLog::Fill(uint64_t events) {
  if (events < events_) {
    return absl::FailedPreconditionError(
        fmt::format("the log has {} events already, more than {}", events_, events));
  }
  const bench::Exchange append = {kPipelineMethod, [this] { return NextMessage(); },
                                  bench::HoldsResult, kMessageEvents};
  Measurement total;
  while (events - events_ >= kStreams * kMessageEvents) {
    RETURN_IF_ERROR(CheckNotStopped());
    const uint64_t messages =
        std::min((events - events_) / (kStreams * kMessageEvents), kStepMessages);
    const Measurement step =
        BidiLoad(server_->address(), append, kStreams, kWindow, kPatience, messages);
    if (step.failures > 0 || step.operations != kStreams * messages) {
      return Failed(fmt::format("{} of {} appends were not acknowledged",
                                kStreams * messages - step.operations, kStreams * messages));
    }
    total.events += step.events;
    total.elapsed += step.elapsed;
    events_ += step.events;
    event_bytes_ += step.bytes;
    const auto stats = bench::StatsOf(client_->admin());
    if (!stats.ok()) return Failed(std::string(stats.status().message()));
    say_(fmt::format("  {} of {} events, {}/s, views at {}", Count(events_), Count(events),
                     Count(static_cast<uint64_t>(step.events_per_second())),
                     Count(stats->view_position())));
  }
  if (events > events_) {
    v1::AppendEventsRequest rest;
    grpc::ByteBuffer bytes = source_.AppendRequest(events - events_);
    CHECK(grpc::SerializationTraits<v1::AppendEventsRequest>::Deserialize(&bytes, &rest).ok());
    RETURN_IF_ERROR(Append(rest));
  }
  ASSIGN_OR_RETURN(const uint64_t head, Head());
  if (head != events) return Failed(fmt::format("the log ends at {}, not at {}", head, events));
  return total;
}

absl::StatusOr<Measurement> ScaleLog::AppendSingly(int calls) {
  Measurement measured;
  const absl::Time begin = absl::Now();
  for (int i = 0; i < calls; ++i) {
    RETURN_IF_ERROR(CheckNotStopped());
    v1::AppendEventsRequest request;
    grpc::ByteBuffer bytes = source_.AppendRequest(1);
    CHECK(grpc::SerializationTraits<v1::AppendEventsRequest>::Deserialize(&bytes, &request).ok());
    const absl::Time start = absl::Now();
    RETURN_IF_ERROR(Append(request));
    measured.latencies.push_back(absl::Now() - start);
  }
  measured.operations = measured.events = static_cast<uint64_t>(calls);
  measured.elapsed = absl::Now() - begin;
  return measured;
}

absl::StatusOr<Measurement> ScaleLog::AskTimeline(int calls) {
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_capex()->set_company(kSteady);
  Measurement measured;
  const absl::Time begin = absl::Now();
  for (int i = 0; i < calls; ++i) {
    RETURN_IF_ERROR(CheckNotStopped());
    grpc::ClientContext context;
    client_->SetDeadline(context);
    v1::GetTimelineResponse response;
    const absl::Time start = absl::Now();
    const grpc::Status status = client_->timelines().GetTimeline(&context, request, &response);
    measured.latencies.push_back(absl::Now() - start);
    if (!status.ok()) return Failed("GetTimeline: " + status.error_message());
    if (response.entries_size() != 1) {
      return Failed(fmt::format("GetTimeline: {} entries, not 1", response.entries_size()));
    }
  }
  measured.operations = static_cast<uint64_t>(calls);
  measured.elapsed = absl::Now() - begin;
  return measured;
}

absl::StatusOr<Measurement> ScaleLog::Read(const v1::ReadEventsRequest& request,
                                           uint64_t expected) {
  RETURN_IF_ERROR(CheckNotStopped());
  const bench::ReadOptions read = {
      kReadMethod, bench::ToBuffer(request.SerializeAsString()),
      [](const grpc::ByteBuffer& message) { return bench::CountEvents(message, false); }};
  Measurement measured = ReadLoad(server_->address(), read, 1, kPatience);
  if (measured.events != expected) {
    return Failed(fmt::format("ReadEvents: {} events, not {}", measured.events, expected));
  }
  return measured;
}

absl::StatusOr<Measurement> ScaleLog::ReadAll() { return Read({}, events_); }

absl::StatusOr<Measurement> ScaleLog::ReadRare() {
  v1::ReadEventsRequest request;
  request.mutable_filter()->add_companies(kRareId);
  return Read(request, rare_events_);
}

absl::StatusOr<absl::Duration> ScaleLog::AwaitViews() {
  absl::Time next = absl::Now() + kProgress;
  uint64_t before = 0;
  const auto look = [&](const v1::GetStatsResponse& stats) {
    // While the views are rebuilt, their own position says nothing.
    const uint64_t at =
        stats.rebuild_target() > 0 ? stats.rebuild_position() : stats.view_position();
    if (before == 0) before = at;
    if (absl::Now() >= next) {
      const auto seconds = static_cast<uint64_t>(absl::ToInt64Seconds(kProgress));
      say_(fmt::format("  views at {} of {}, {}/s", Count(at), Count(stats.head_position()),
                       Count((at - std::min(at, before)) / seconds)));
      before = at;
      next += kProgress;
    }
    return CheckNotStopped();
  };
  // As long as it takes: the lines of progress show whether it ends.
  const auto took = bench::AwaitViews(client_->admin(), absl::InfiniteDuration(), look);
  if (took.ok() || stop_.stopped()) return took;
  return Failed(std::string(took.status().message()));
}

absl::StatusOr<uint64_t> ScaleLog::TimelineEntries() {
  const auto stats = bench::StatsOf(client_->admin());
  if (!stats.ok()) return Failed(std::string(stats.status().message()));
  return stats->entries();
}

absl::StatusOr<absl::Duration> ScaleLog::CrashAndRestart() {
  RETURN_IF_ERROR(CheckNotStopped());
  client_.reset();
  server_->Kill();
  server_.reset();
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(StartServer());
  ASSIGN_OR_RETURN(const uint64_t head, Head());
  const absl::Duration elapsed = absl::Now() - start;
  if (head != events_) {
    return Failed(fmt::format("after a crash the log ends at {}, not at {}", head, events_));
  }
  return elapsed;
}

absl::StatusOr<uint64_t> ScaleLog::Head() {
  grpc::ClientContext context;
  client_->SetDeadline(context);
  v1::GetHeadResponse response;
  const grpc::Status status = client_->log().GetHead(&context, {}, &response);
  if (!status.ok()) return Failed("GetHead: " + status.error_message());
  return response.head_position();
}

absl::Status ScaleLog::CheckNotStopped() const {
  return stop_.stopped() ? absl::CancelledError("stopped") : absl::OkStatus();
}

absl::Status ScaleLog::Failed(const std::string& what) const {
  RETURN_IF_ERROR(CheckNotStopped());
  std::ifstream file(directory_ / "output");
  std::string output((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (output.size() > kOutputShown) output.erase(0, output.size() - kOutputShown);
  return absl::UnavailableError(fmt::format("{}\nThe server wrote:\n{}", what, output));
}

}  // namespace chipline
