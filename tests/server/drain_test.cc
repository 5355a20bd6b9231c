#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(10);

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  const auto payload =
      status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  EXPECT_TRUE(payload.has_value() && detail.ParseFromString(std::string(*payload))) << status;
  return detail;
}

// A subscription that was told everything there is.
struct Subscription {
  explicit Subscription(const Client& client) : context(Context()) {
    reader = client.subscriptions->Subscribe(context.get(), {});
    v1::SubscribeResponse response;
    while (reader->Read(&response)) {
      position = response.position();
      if (response.has_caught_up()) return;
    }
    ADD_FAILURE() << "ended before it caught up";
  }

  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>> reader;
  uint64_t position = 0;
};

using DrainTest = RunningServer;

TEST_F(DrainTest, FiftySubscriptionsEndWithWhereToGoOnFrom) {
  const Client client = NewClient();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Append(AppendOf({Capex(fmt::format("id-{}", i), "ByteDance")})).ok());
  }
  std::vector<std::unique_ptr<Subscription>> open;
  for (int i = 0; i < 50; ++i) open.push_back(std::make_unique<Subscription>(client));

  const absl::Time start = absl::Now();
  server_->Drain(kDeadline);
  EXPECT_LT(absl::Now() - start, kDeadline);
  for (const auto& subscription : open) {
    v1::SubscribeResponse response;
    EXPECT_FALSE(subscription->reader->Read(&response));
    const absl::Status status = FromGrpcStatus(subscription->reader->Finish());
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_GT(DetailOf<google::rpc::RetryInfo>(status).retry_delay().seconds(), 0);
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).metadata().at("position"), "3");
    EXPECT_EQ(subscription->position, 3);
  }
}

TEST_F(DrainTest, APipelineGetsItsAnswersAndThenUnavailable) {
  const Client client = NewClient();
  const auto context = Context();
  const auto stream = client.log->PipelineAppend(context.get());
  v1::PipelineAppendRequest request;
  *request.mutable_append() = AppendOf({Capex("a", "ByteDance")});
  ASSERT_TRUE(stream->Write(request));
  v1::PipelineAppendResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_TRUE(answer.has_result());

  const absl::Time start = absl::Now();
  server_->Drain(kDeadline);
  EXPECT_LT(absl::Now() - start, kDeadline);
  EXPECT_FALSE(stream->Read(&answer));
  const absl::Status status = FromGrpcStatus(stream->Finish());
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "DRAINING");
}

TEST_F(DrainTest, WhatWasAcknowledgedUnderLoadIsThereAfterwards) {
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> acknowledged(4);
  for (size_t c = 0; c < acknowledged.size(); ++c) {
    threads.emplace_back([this, c, &acknowledged] {
      const Client client = NewClient();
      for (int i = 0;; ++i) {
        const std::string id = fmt::format("c{}-{}", c, i);
        const absl::Status status = client.Append(AppendOf({Capex(id, "ByteDance")})).status();
        if (!status.ok()) {
          EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
          return;
        }
        acknowledged[c].push_back(id);
      }
    });
  }
  const Client watcher = NewClient();
  while (watcher.Head() < 200) std::this_thread::yield();
  server_->Drain(kDeadline);
  for (auto& thread : threads) thread.join();
  Stop();
  Start();
  const Client client = NewClient();
  for (const auto& ids : acknowledged) {
    EXPECT_FALSE(ids.empty());
    for (const std::string& id : ids) {
      v1::GetEventRequest get;
      get.set_event_id(id);
      v1::GetEventResponse event;
      EXPECT_TRUE(client.log->GetEvent(Context().get(), get, &event).ok()) << id;
    }
  }
}

TEST_F(DrainTest, AClientThatReadsNothingDoesNotHoldItUp) {
  const Client client = NewClient();
  // More than a client's window, so that the server's write stands still.
  std::vector<v1::Event> events;
  for (int i = 0; i < 60; ++i) {
    v1::Event event = Capex(fmt::format("id-{}", i), "ByteDance");
    for (int c = 0; c < 16; ++c) {
      event.mutable_capex_announcement()->add_conditions(std::string(1000, 'x'));
    }
    events.push_back(event);
  }
  for (int round = 0; round < 20; ++round) {
    for (size_t i = 0; i < events.size(); ++i) {
      events[i].set_event_id(fmt::format("{}-{}", round, i));
    }
    ASSERT_TRUE(client.Append(AppendOf(events)).ok());
  }
  const auto context = Context();
  const auto reader = client.subscriptions->Subscribe(context.get(), {});
  v1::SubscribeResponse response;
  ASSERT_TRUE(reader->Read(&response));
  const absl::Time start = absl::Now();
  server_->Drain(kDeadline);
  EXPECT_LT(absl::Now() - start, kDeadline);
}

}  // namespace
}  // namespace chipline::server
