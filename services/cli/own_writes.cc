#include "services/cli/own_writes.h"

#include <fmt/format.h>

#include <chrono>

#include "CLI/CLI.hpp"
#include "services/words/number_words.h"

namespace chipline::cli {
namespace {

constexpr std::chrono::seconds kPatience{1};

bool MayNot(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::PERMISSION_DENIED;
}

void SayUnknown(std::string_view method, Console& console) {
  console.Note(fmt::format(
      "This caller may not use {}, so what was appended just now may be missing here.", method));
}

}  // namespace

void AddOwnWritesFlags(CLI::App& command, OwnWritesFlags& flags) {
  command.add_flag(
      "--no-wait", flags.no_wait,
      "answer at once, perhaps without what was appended last; otherwise it waits, as "
      "long as --timeout, until the timelines have reached the end that the log has now");
}

grpc::Status FindOwnWrites(const OwnWritesFlags& flags, Client& client, Console& console,
                           uint64_t& position) {
  position = 0;
  if (flags.no_wait) return grpc::Status::OK;
  grpc::ClientContext context;
  client.SetDeadline(context);
  v1::GetHeadResponse head;
  const grpc::Status status = client.log().GetHead(&context, {}, &head);
  if (MayNot(status)) {
    SayUnknown("EventLogService/GetHead", console);
    return grpc::Status::OK;
  }
  position = head.head_position();
  return status;
}

grpc::Status AwaitTimelines(uint64_t position, const v1::TimelineQuery& query, Client& client,
                            Console& console) {
  if (position == 0) return grpc::Status::OK;
  grpc::Status status;
  {
    const WaitingNote note(position, console);
    grpc::ClientContext context;
    client.SetDeadline(context);
    v1::GetTimelineRequest request;
    *request.mutable_query() = query;
    request.set_min_position(position);
    request.set_page_size(1);
    v1::GetTimelineResponse response;
    status = client.timelines().GetTimeline(&context, request, &response);
  }
  if (!MayNot(status)) return status;
  SayUnknown("TimelineService/GetTimeline", console);
  return grpc::Status::OK;
}

ExitCode FailWaiting(const grpc::Status& status, uint64_t position, Console& console) {
  const ExitCode code = console.Fail(status);
  if (position > 0 && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    console.Note(
        fmt::format("The timelines had not reached position {}; --no-wait answers without it.",
                    CountWords(static_cast<int64_t>(position))));
  }
  return code;
}

WaitingNote::WaitingNote(uint64_t position, Console& console)
    : console_(console), thread_([this, position] { Run(position); }) {}

WaitingNote::~WaitingNote() {
  {
    const MutexLock lock(mutex_);
    over_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void WaitingNote::Run(uint64_t position) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const MutexLock lock(mutex_);
  while (!over_ && changed_.WaitUntil(mutex_, deadline)) {
  }
  if (over_ || position == 0) return;
  console_.Note(fmt::format("Waiting for the timelines to reach position {}.",
                            CountWords(static_cast<int64_t>(position))));
}

}  // namespace chipline::cli
