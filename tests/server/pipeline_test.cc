#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/impl/codegen/sync_stream.h"

#include "fmt/format.h"
#include "services/ingest/rpc/pipeline_message.h"
#include "services/rpc/message.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using testing::HasSubstr;

class PipelineTest : public RunningServer {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::PipelineAppendRequest, v1::PipelineAppendResponse>;
  using RawStream = grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  static v1::PipelineAppendRequest RequestOf(uint64_t number,
                                             const v1::AppendEventsRequest& append) {
    v1::PipelineAppendRequest request;
    request.set_request_id(number);
    *request.mutable_append() = append;
    return request;
  }

  std::unique_ptr<RawStream> OpenRaw() {
    return std::unique_ptr<RawStream>(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
            client_.channel.get(),
            grpc::internal::RpcMethod("/chipline.v1.EventLogService/PipelineAppend",
                                      grpc::internal::RpcMethod::BIDI_STREAMING, client_.channel),
            context_.get()));
  }
  static grpc::ByteBuffer Bytes(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
  }
  static v1::PipelineAppendResponse ReadAnswer(RawStream& stream) {
    grpc::ByteBuffer bytes;
    v1::PipelineAppendResponse answer;
    EXPECT_TRUE(stream.Read(&bytes));
    EXPECT_TRUE(ParseMessage(bytes, answer).ok());
    return answer;
  }

  const Client client_ = NewClient();
  // Outlives the streams of a test.
  const std::unique_ptr<grpc::ClientContext> context_ = Context();
};

TEST_F(PipelineTest, WhatMayPassSaysWhenToTryAgain) {
  v1::PipelineAppendResponse answer;
  ASSERT_TRUE(ParseMessage(ingest::PipelineAnswer(7, Error(absl::StatusCode::kResourceExhausted,
                                                           "STREAM_FULL", "no room")),
                           answer)
                  .ok());
  EXPECT_EQ(answer.request_id(), 7U);
  google::rpc::RetryInfo retry;
  ASSERT_EQ(answer.error().details_size(), 2);
  ASSERT_TRUE(answer.error().details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 10);
}

TEST_F(PipelineTest, TenThousandAreAnsweredInOrderWithFailuresBetween) {
  constexpr int kAppends = 10'000;
  constexpr int kEveryBad = 7;
  const auto stream = client_.log->PipelineAppend(context_.get());
  std::thread writer([&] {
    for (int i = 0; i < kAppends; ++i) {
      const bool bad = i % kEveryBad == 0;
      v1::Event event = Capex(fmt::format("id-{}", i), "ByteDance");
      if (bad) event.clear_payload();
      ASSERT_TRUE(stream->Write(RequestOf(static_cast<uint64_t>(i), AppendOf({event}))));
    }
    stream->WritesDone();
  });
  v1::PipelineAppendResponse answer;
  uint64_t position = 0;
  int answers = 0;
  while (stream->Read(&answer)) {
    ASSERT_EQ(answer.request_id(), static_cast<uint64_t>(answers));
    if (answers % kEveryBad == 0) {
      ASSERT_EQ(answer.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
    } else {
      ASSERT_TRUE(answer.has_result()) << answer.error().message();
      ASSERT_EQ(answer.result().events(0).position(), ++position);
    }
    ++answers;
  }
  writer.join();
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answers, kAppends);
  EXPECT_EQ(client_.Head(), position);
}

TEST_F(PipelineTest, SmallAndLargeAppendsKeepTheirOrder) {
  constexpr int kAppends = 60;
  const auto stream = client_.log->PipelineAppend(context_.get());
  std::thread writer([&] {
    for (int i = 0; i < kAppends; ++i) {
      std::vector<v1::Event> events;
      for (int e = 0; e < (i % 3 == 0 ? 200 : 1); ++e) {
        events.push_back(Capex(fmt::format("{}-{}", i, e), "ByteDance"));
      }
      ASSERT_TRUE(stream->Write(RequestOf(static_cast<uint64_t>(i), AppendOf(events))));
    }
    stream->WritesDone();
  });
  v1::PipelineAppendResponse answer;
  uint64_t next = 1;
  for (int i = 0; i < kAppends; ++i) {
    ASSERT_TRUE(stream->Read(&answer));
    ASSERT_EQ(answer.request_id(), static_cast<uint64_t>(i));
    ASSERT_EQ(answer.result().events(0).position(), next);
    next += static_cast<uint64_t>(answer.result().events_size());
  }
  writer.join();
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PipelineTest, AnEmptyPipelineEndsWithOk) {
  const auto stream = client_.log->PipelineAppend(context_.get());
  stream->WritesDone();
  v1::PipelineAppendResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PipelineTest, ADamagedAppendIsAnErrorForThatRequestOnly) {
  const auto stream = OpenRaw();
  std::string bytes = RequestOf(1, AppendOf({Capex("a", "ByteDance")})).SerializeAsString();
  bytes.replace(bytes.find("ByteDance"), 4, "\xff\xfe\xff\xfe");
  ASSERT_TRUE(stream->Write(Bytes(bytes)));
  ASSERT_TRUE(
      stream->Write(Bytes(RequestOf(2, AppendOf({Capex("b", "ByteDance")})).SerializeAsString())));
  stream->WritesDone();
  const v1::PipelineAppendResponse first = ReadAnswer(*stream);
  EXPECT_EQ(first.request_id(), 1);
  EXPECT_EQ(first.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  const v1::PipelineAppendResponse second = ReadAnswer(*stream);
  EXPECT_EQ(second.request_id(), 2);
  EXPECT_TRUE(second.has_result());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PipelineTest, AnAppendOfMoreThan4MiBIsAnErrorForThatRequestOnly) {
  v1::Event event = Capex("a", "ByteDance");
  event.mutable_capex_announcement()->set_scope_text(std::string(limits::kMaxRequestBytes, 'x'));
  const auto stream = client_.log->PipelineAppend(context_.get());
  ASSERT_TRUE(stream->Write(RequestOf(7, AppendOf({event}))));
  ASSERT_TRUE(stream->Write(RequestOf(8, AppendOf({Capex("b", "ByteDance")}))));
  stream->WritesDone();
  v1::PipelineAppendResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.request_id(), 7);
  EXPECT_THAT(answer.error().message(), HasSubstr("has at most 4194304"));
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.request_id(), 8);
  EXPECT_TRUE(answer.has_result());
}

// gRPC takes in nothing so large, and knows no request that it could refuse alone.
TEST_F(PipelineTest, AnAppendOf5MiBEndsTheStream) {
  v1::Event event = Capex("a", "ByteDance");
  event.mutable_capex_announcement()->set_scope_text(std::string(5 * 1024 * 1024, 'x'));
  const auto stream = client_.log->PipelineAppend(context_.get());
  stream->Write(RequestOf(7, AppendOf({event})));
  v1::PipelineAppendResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(PipelineTest, BytesThatAreNoRequestEndTheStreamAfterTheAnswersBefore) {
  const auto stream = OpenRaw();
  ASSERT_TRUE(
      stream->Write(Bytes(RequestOf(1, AppendOf({Capex("a", "ByteDance")})).SerializeAsString())));
  ASSERT_TRUE(stream->Write(Bytes("\x12\xff\xff\xff")));
  EXPECT_TRUE(ReadAnswer(*stream).has_result());
  grpc::ByteBuffer rest;
  EXPECT_FALSE(stream->Read(&rest));
  const absl::Status status = FromGrpcStatus(stream->Finish());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(client_.Head(), 1);
}

TEST_F(PipelineTest, AClientThatDoesNotReadIsNotReadFromForEver) {
  const auto stream = client_.log->PipelineAppend(context_.get());
  // Answers of some 300 KB each, which fill the client's window, then the server's bound.
  constexpr size_t kEvents = limits::kMaxAppendEvents;
  std::atomic<int> written{0};
  std::thread writer([&] {
    for (uint64_t i = 0;; ++i) {
      v1::AppendEventsRequest append;
      for (size_t e = 0; e < kEvents; ++e) {
        append.add_events()->set_event_id(fmt::format("{}-{}", i, e));
      }
      if (!stream->Write(RequestOf(i, append))) return;
      ++written;
    }
  });
  // Other clients are served meanwhile.
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(NewClient().Append(AppendOf({Capex(fmt::format("o-{}", i), "ByteDance")})).ok());
  }
  context_->TryCancel();
  writer.join();
  EXPECT_EQ(FromGrpcStatus(stream->Finish()).code(), absl::StatusCode::kCancelled);
  EXPECT_LT(written, 10'000);
}

TEST_F(PipelineTest, ACancelledPipelineLeavesTheServerWell) {
  for (int round = 0; round < 50; ++round) {
    const auto context = Context();
    const auto stream = client_.log->PipelineAppend(context.get());
    for (uint64_t i = 0; i < 20; ++i) {
      const auto id = fmt::format("{}-{}", round, i);
      if (!stream->Write(RequestOf(i, AppendOf({Capex(id, "ByteDance")})))) break;
    }
    context->TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  EXPECT_TRUE(client_.Append(AppendOf({Capex("after", "ByteDance")})).ok());
}

}  // namespace
}  // namespace chipline::server
