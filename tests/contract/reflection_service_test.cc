#include "services/contract/reflection_service.h"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gmock/gmock.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

#include "storage/executor.h"
#include "storage/mutex.h"

namespace chipline::contract {
namespace {

using grpc::reflection::v1::ServerReflection;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

// One client's call. It has an end in time, so that a test that fails does not hang.
class Call {
 public:
  explicit Call(ServerReflection::Stub& stub) {
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    stream_ = stub.ServerReflectionInfo(context_.get());
  }

  // False if the call is over.
  bool Ask() {
    ServerReflectionRequest question;
    question.set_list_services("*");
    ServerReflectionResponse answer;
    return stream_->Write(question) && stream_->Read(&answer);
  }
  // Ends it from this side.
  grpc::StatusCode End() {
    stream_->WritesDone();
    return AwaitEnd();
  }
  grpc::StatusCode AwaitEnd() {
    ServerReflectionResponse answer;
    while (stream_->Read(&answer)) {
    }
    return stream_->Finish().error_code();
  }

 private:
  std::unique_ptr<grpc::ClientContext> context_ = std::make_unique<grpc::ClientContext>();
  std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>>
      stream_;
};

// A server with nothing but reflection.
class ReflectionServiceTest : public testing::Test {
 protected:
  ReflectionServiceTest() {
    grpc::ServerBuilder builder;
    for (grpc::Service* service : reflection_.services()) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    stub_ = ServerReflection::NewStub(server_->InProcessChannel({}));
  }

  Executor executor_{2};
  ReflectionService reflection_{{}, executor_, nullptr};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ServerReflection::Stub> stub_;
};

// How the calls of clients ended that open more of them until the server drains.
class Crowd {
 public:
  // One client of the crowd.
  void Run(ServerReflection::Stub& stub) {
    std::vector<Call> open;
    std::set<grpc::StatusCode> ends;
    while (ends.count(grpc::StatusCode::UNAVAILABLE) == 0) {
      Call call(stub);
      if (!call.Ask()) {
        ends.insert(call.AwaitEnd());
        continue;
      }
      open.push_back(std::move(call));
      const MutexLock lock(mutex_);
      ++answers_;
      more_.NotifyAll();
    }
    for (Call& call : open) ends.insert(call.AwaitEnd());
    const MutexLock lock(mutex_);
    ends_.merge(ends);
  }

  void AwaitAnswers(size_t count) {
    const MutexLock lock(mutex_);
    while (answers_ < count) more_.Wait(mutex_);
  }
  std::set<grpc::StatusCode> ends() {
    const MutexLock lock(mutex_);
    return ends_;
  }

 private:
  Mutex mutex_;
  CondVar more_;
  size_t answers_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<grpc::StatusCode> ends_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(ReflectionServiceTest, EveryCallOfACrowdEndsAsItShould) {
  Crowd crowd;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back([&] { crowd.Run(*stub_); });
  crowd.AwaitAnswers(4 * kMaxReflections);
  reflection_.Drain();
  for (std::thread& client : clients) client.join();
  // Some gave way to others, or found no room; what was open at the end was drained.
  EXPECT_THAT(crowd.ends(), testing::ElementsAre(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                                 grpc::StatusCode::UNAVAILABLE));
}

TEST_F(ReflectionServiceTest, AClientThatIsDoneEndsWell) {
  Call call(*stub_);
  EXPECT_TRUE(call.Ask());
  EXPECT_TRUE(call.Ask());
  EXPECT_EQ(call.End(), grpc::StatusCode::OK);
}

}  // namespace
}  // namespace chipline::contract
