// The tests of the suite that ask for a part of what there is.
#include <fmt/format.h>
#include <grpcpp/client_context.h>

#include <string>
#include <utility>

#include "services/cli/client.h"
#include "services/rpc/status.h"
#include "storage/status_macros.h"
#include "tests/bench/load/echo_server.h"
#include "tests/bench/load/grpc_load.h"
#include "tests/bench/load/suite.h"

namespace chipline::bench {
namespace {

constexpr char kReadMethod[] = "/chipline.v1.EventLogService/ReadEvents";
constexpr char kTimelineMethod[] = "/chipline.v1.TimelineService/GetTimeline";
// Claims of the entry that is asked for.
constexpr int kProbeClaims = 20;

grpc::ByteBuffer Serialized(const google::protobuf::Message& message) {
  return ToBuffer(message.SerializeAsString());
}

}  // namespace

// From the log's first event to its last, again and again: events that were passed, read or not.
absl::StatusOr<Measurement> Suite::ReadThrough(const v1::ReadEventsRequest& request) {
  cli::Client client(chipline_, absl::Seconds(30));
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::GetHeadResponse head;
  RETURN_IF_ERROR(FromGrpcStatus(client.log().GetHead(&context, {}, &head)));
  const ReadOptions read = {kReadMethod, Serialized(request),
                            [](const grpc::ByteBuffer& m) { return CountEvents(m, false); }};
  Measurement total;
  while (total.elapsed < options_.arm) {
    const Measurement once = ReadLoad(chipline_, read, 1, absl::InfiniteDuration());
    if (once.events == 0) return absl::UnavailableError("ReadEvents sent nothing");
    total.operations += once.events;
    total.bytes += once.bytes;
    total.events += head.head_position();
    total.elapsed += once.elapsed;
  }
  return total;
}

absl::Status Suite::FilteredCatchUp() {
  RETURN_IF_ERROR(Fill("filtered-catch-up"));
  v1::ReadEventsRequest rare;
  rare.mutable_filter()->add_subject_patterns(std::string(EventSource::kRareSubject));
  return Compare(fmt::format("filtered-catch-up, 1 in {}", EventSource::kRareEvery),
                 [&] { return ReadThrough(rare); },
                 {{"reading everything", [&] { return ReadThrough(v1::ReadEventsRequest()); }}});
}

absl::Status Suite::GetTimeline() {
  cli::Client client(chipline_, absl::Seconds(30));
  const std::string company = fmt::format("Bench Probe {}", run_);
  v1::AppendEventsRequest claims;
  for (int i = 0; i < kProbeClaims; ++i) {
    *claims.add_events() = EventSource::Probe(run_, company, i);
  }
  {
    grpc::ClientContext context;
    client.SetDeadline(context);
    v1::AppendEventsResponse appended;
    RETURN_IF_ERROR(FromGrpcStatus(client.log().AppendEvents(&context, claims, &appended)));
  }
  RETURN_IF_ERROR(AwaitRest("get-timeline"));
  v1::GetTimelineRequest request;
  request.mutable_query()->mutable_capex()->set_company(company);
  v1::GetTimelineResponse answer;
  {
    grpc::ClientContext context;
    client.SetDeadline(context);
    RETURN_IF_ERROR(FromGrpcStatus(client.timelines().GetTimeline(&context, request, &answer)));
  }
  if (answer.entries_size() != 1) return absl::InternalError("the timeline has not one entry");
  const auto chipline = cli::OpenChannel(chipline_);
  const auto echo = cli::OpenChannel(echo_);
  const Exchange ask = {kTimelineMethod, [&] { return Serialized(request); }, nullptr, 1};
  const Exchange same_size = {kUnaryMethod, [&] { return Serialized(answer); }, nullptr, 1};
  return Compare(fmt::format("get-timeline, {} claims", kProbeClaims),
                 [&] { return UnaryLoad(chipline, ask, 1, options_.arm); },
                 {{"gRPC unary echo of the answer",
                   [&] { return UnaryLoad(echo, same_size, 1, options_.arm); }}});
}

}  // namespace chipline::bench
