#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/impl/codegen/sync_stream.h"

#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using testing::HasSubstr;

// The services that gRPC brings; their messages are written out as bytes, since Debian packages no
// .proto files for them.
class BuiltInServicesTest : public RunningServer {
 protected:
  static grpc::ByteBuffer Bytes(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
  }
  static std::string Text(const grpc::ByteBuffer& bytes) {
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(bytes.Dump(&slices).ok());
    std::string text;
    for (const grpc::Slice& slice : slices) {
      text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return text;
  }

  grpc::Status Call(const char* method, const std::string& request, std::string& response) const {
    grpc::ByteBuffer answer;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            client_.channel.get(),
            grpc::internal::RpcMethod(method, grpc::internal::RpcMethod::NORMAL_RPC,
                                      client_.channel),
            Context().get(), Bytes(request), &answer);
    if (status.ok()) response = Text(answer);
    return status;
  }

  const Client client_ = NewClient();
};

// grpc.health.v1.HealthCheckResponse {status: SERVING}.
const std::string kServing = "\x08\x01";

TEST_F(BuiltInServicesTest, HealthKnowsEveryService) {
  for (const std::string service :
       {"", "chipline.v1.EventLogService", "chipline.v1.SubscriptionService",
        "chipline.v1.TimelineService", "chipline.v1.AdminService"}) {
    std::string request;
    if (!service.empty())
      request = std::string("\x0a") + static_cast<char>(service.size()) + service;
    std::string answer;
    const grpc::Status status = Call("/grpc.health.v1.Health/Check", request, answer);
    EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
    EXPECT_EQ(answer, kServing) << service;
  }
}

TEST_F(BuiltInServicesTest, HealthKnowsNoOther) {
  std::string answer;
  EXPECT_EQ(Call("/grpc.health.v1.Health/Check", "\x0a\x05other", answer).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(BuiltInServicesTest, WhoWatchesHealthSeesTheDrainAndDoesNotHoldItUp) {
  const auto context = Context();
  const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> watch(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create<grpc::ByteBuffer>(
          client_.channel.get(),
          grpc::internal::RpcMethod("/grpc.health.v1.Health/Watch",
                                    grpc::internal::RpcMethod::SERVER_STREAMING, client_.channel),
          context.get(), Bytes("")));
  grpc::ByteBuffer message;
  ASSERT_TRUE(watch->Read(&message));
  EXPECT_EQ(Text(message), kServing);
  constexpr absl::Duration kDeadline = absl::Minutes(1);
  const absl::Time start = absl::Now();
  server_->Drain(kDeadline);
  EXPECT_LT(absl::Now() - start, kDeadline / 2);
  // NOT_SERVING.
  ASSERT_TRUE(watch->Read(&message));
  EXPECT_EQ(Text(message), "\x08\x02");
}

TEST_F(BuiltInServicesTest, ReflectionListsEveryService) {
  const auto context = Context();
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          client_.channel.get(),
          grpc::internal::RpcMethod(
              "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
              grpc::internal::RpcMethod::BIDI_STREAMING, client_.channel),
          context.get()));
  // ServerReflectionRequest {list_services: "*"}.
  ASSERT_TRUE(stream->Write(Bytes("\x3a\x01*")));
  grpc::ByteBuffer message;
  ASSERT_TRUE(stream->Read(&message));
  for (const char* service :
       {"chipline.v1.EventLogService", "chipline.v1.SubscriptionService",
        "chipline.v1.TimelineService", "chipline.v1.AdminService", "grpc.health.v1.Health"}) {
    EXPECT_THAT(Text(message), HasSubstr(service));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(BuiltInServicesTest, ChannelzSeesTheServer) {
  std::string answer;
  const grpc::Status status = Call("/grpc.channelz.v1.Channelz/GetServers", "", answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(answer.empty());
}

}  // namespace
}  // namespace chipline::server
