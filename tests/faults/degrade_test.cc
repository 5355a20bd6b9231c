#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/impl/codegen/client_unary_call.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "services/server/log_watch.h"
#include "storage/error.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"
#include "tests/server/running_server.h"

// A server whose disk fails, fills up or stands still, and one that stops under clients that do not
// read: it says so, goes on with what it can, and is well again when the cause is gone.
namespace chipline::server {
namespace {

using chipline::faults::FaultDisk;
using chipline::faults::Op;
using Health = grpc::health::v1::HealthCheckResponse;

constexpr uint64_t kMiB = uint64_t{1024} * 1024;

class DegradeTest : public RunningServer {
 protected:
  DegradeTest() {
    Stop();
    options_.env = disk_.env.get();
    options_.min_free_bytes = 512 * kMiB;
    Start();
  }
  // The server goes before its disk.
  ~DegradeTest() override { Stop(); }

  static Health::ServingStatus HealthOf(const Client& client) {
    grpc::health::v1::HealthCheckRequest request;
    Health response;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::health::v1::HealthCheckRequest, Health>(
            client.channel.get(),
            grpc::internal::RpcMethod("/grpc.health.v1.Health/Check",
                                      grpc::internal::RpcMethod::NORMAL_RPC, client.channel),
            Context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.status();
  }
  static absl::Status AppendStatus(const Client& client, std::string_view id) {
    return client.Append(AppendOf({Capex(id, "ByteDance")})).status();
  }

  FaultDisk disk_;
};

TEST_F(DegradeTest, AFailedSyncMakesItNotServingAndReadsGoOn) {
  const Client client = NewClient();
  ASSERT_TRUE(AppendStatus(client, "a").ok());
  ASSERT_EQ(HealthOf(client), Health::SERVING);
  disk_.files->Fail(Op::kSync, 1, false, rocksdb::IOStatus::IOError("injected"));
  const absl::Status unknown = AppendStatus(client, "b");
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnavailable) << unknown;
  EXPECT_EQ(ReasonOf(unknown), "OUTCOME_UNKNOWN");
  // The disk is well again, and it makes no difference: what is on it is not known.
  EXPECT_EQ(AppendStatus(client, "c").code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(server_->CheckHealth().ok());
  EXPECT_EQ(HealthOf(client), Health::NOT_SERVING);
  EXPECT_EQ(client.Head(), 1);

  Stop();
  Start();
  const Client again = NewClient();
  EXPECT_EQ(HealthOf(again), Health::SERVING);
  for (const char* id : {"a", "b", "c"}) EXPECT_TRUE(AppendStatus(again, id).ok()) << id;
  EXPECT_EQ(again.Head(), 3);
}

TEST_F(DegradeTest, ANearlyFullDiskRefusesAppendsUntilItHasRoomAgain) {
  const Client client = NewClient();
  ASSERT_TRUE(AppendStatus(client, "a").ok());
  disk_.files->SetRoom(100 * kMiB);
  EXPECT_TRUE(server_->CheckHealth().ok());
  const absl::Status refused = AppendStatus(client, "b");
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "DISK_NEARLY_FULL");
  EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_EQ(client.Head(), 1);
  EXPECT_EQ(HealthOf(client), Health::SERVING);
  // Enough not to stop, and not enough to begin again.
  disk_.files->SetRoom(600 * kMiB);
  EXPECT_TRUE(server_->CheckHealth().ok());
  EXPECT_EQ(AppendStatus(client, "b").code(), absl::StatusCode::kResourceExhausted);
  disk_.files->SetRoom(700 * kMiB);
  EXPECT_TRUE(server_->CheckHealth().ok());
  EXPECT_TRUE(AppendStatus(client, "b").ok());
  EXPECT_EQ(client.Head(), 2);
}

// Subscriptions that read one message at most, over logs of which less or more than a window is
// left to be sent.
class NeverReadTest : public DegradeTest, public testing::WithParamInterface<int> {};

TEST_P(NeverReadTest, SubscriptionsThatNeverReadDoNotHoldUpTheEnd) {
  const Client client = NewClient();
  std::vector<v1::Event> events(100);
  for (int append = 0; append < GetParam(); ++append) {
    for (size_t i = 0; i < events.size(); ++i) {
      events[i] = Capex(fmt::format("{}-{}", append, i), "ByteDance");
      events[i].mutable_capex_announcement()->set_scope_text(std::string(900, 'x'));
    }
    ASSERT_TRUE(client.Append(AppendOf(events)).ok());
  }
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>>> streams;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::ReadEventsResponse>>> reads;
  for (int i = 0; i < 10; ++i) {
    contexts.push_back(Context());
    streams.push_back(client.subscriptions->Subscribe(contexts.back().get(), {}));
    contexts.push_back(Context());
    reads.push_back(client.log->ReadEvents(contexts.back().get(), {}));
  }
  v1::SubscribeResponse response;
  ASSERT_TRUE(streams.back()->Read(&response));
  const absl::Time start = absl::Now();
  server_->Drain(absl::Seconds(30));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

INSTANTIATE_TEST_SUITE_P(Appends, NeverReadTest, testing::Values(3, 80));

TEST_F(DegradeTest, APipelineThatNeverReadsDoesNotHoldUpTheEnd) {
  const Client client = NewClient();
  const auto context = Context();
  const auto stream = client.log->PipelineAppend(context.get());
  // The same append over and over, which is answered where it is, until the client's window is full
  // of answers and the pipeline of requests.
  v1::PipelineAppendRequest request;
  for (int e = 0; e < 100; ++e) {
    *request.mutable_append()->add_events() = Capex(fmt::format("id-{}", e), "ByteDance");
  }
  std::atomic<int> written = 0;
  std::thread writer([&] {
    while (stream->Write(request)) ++written;
  });
  for (int before = -1; written != before;) {
    before = written;
    std::promise<void> never;
    never.get_future().wait_for(std::chrono::milliseconds(500));
    // Others are served meanwhile.
    ASSERT_TRUE(AppendStatus(client, fmt::format("o-{}", before)).ok());
  }
  constexpr absl::Duration kDeadline = absl::Seconds(30);
  const absl::Time start = absl::Now();
  server_->Drain(kDeadline);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  writer.join();
  // What was answered before is still there to be read.
  v1::PipelineAppendResponse answer;
  while (stream->Read(&answer)) {
  }
  EXPECT_FALSE(stream->Finish().ok());
}

TEST(LogWatchTest, ACommitThatStandsStillIsToldForAsLongAsItDoes) {
  const chipline::faults::ScratchFolder folder;
  FaultDisk disk;
  std::atomic<bool> stall = false;
  std::promise<void> standing;
  std::promise<void> released;
  disk.files->Watch([&, go_on = released.get_future().share()](
                        Op op, chipline::faults::Moment moment, const std::string&) {
    if (op == Op::kSync && moment == chipline::faults::Moment::kBefore && stall.exchange(false)) {
      standing.set_value();
      go_on.wait();
    }
    return rocksdb::IOStatus::OK();
  });
  const auto opened = chipline::faults::OpenLog(folder.path(), disk.env.get());
  ASSERT_TRUE(opened.ok()) << opened.status();
  LogWatch patient(*opened->log, nullptr, nullptr);
  LogWatch watch(*opened->log, nullptr, nullptr, absl::Nanoseconds(1));
  EXPECT_TRUE(watch.Look().ok());
  stall = true;
  std::promise<absl::Status> answered;
  ingest::Appender appender(*opened->log);
  appender.Append(AppendOf({chipline::faults::EventOf("a", "c1/a")}),
                  [&](const absl::StatusOr<v1::AppendEventsResponse>& answer) {
                    answered.set_value(answer.status());
                  });
  standing.get_future().get();
  EXPECT_EQ(ReasonOf(watch.Look()), "STALLED");
  EXPECT_TRUE(patient.Look().ok());
  released.set_value();
  EXPECT_TRUE(answered.get_future().get().ok());
  EXPECT_TRUE(watch.Look().ok());
}

}  // namespace
}  // namespace chipline::server
