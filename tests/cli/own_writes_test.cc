#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "storage/mutex.h"

// What the subcommands ask a server for, so that an answer holds what was appended before.
namespace chipline::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FakeLog final : public v1::EventLogService::Service {
 public:
  grpc::Status GetHead(grpc::ServerContext*, const v1::GetHeadRequest*,
                       v1::GetHeadResponse* response) override {
    response->set_head_position(7);
    return head_;
  }
  void RefuseHead() { head_ = {grpc::StatusCode::PERMISSION_DENIED, "not granted"}; }

 private:
  grpc::Status head_;
};

// Answers when the caller has given up.
class NeverDone : public grpc::ServerUnaryReactor {
 public:
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

class FakeTimelines final : public v1::TimelineService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetTimeline(grpc::CallbackServerContext* context,
                                        const v1::GetTimelineRequest* request,
                                        v1::GetTimelineResponse*) override {
    const MutexLock lock(mutex_);
    calls_.push_back("GetTimeline from " + std::to_string(request->min_position()));
    // Owned by the call, which deletes itself.
    if (behind_) return new NeverDone;
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerUnaryReactor* ExplainEntry(grpc::CallbackServerContext* context,
                                         const v1::ExplainEntryRequest* request,
                                         v1::ExplainEntryResponse*) override {
    const MutexLock lock(mutex_);
    calls_.push_back("ExplainEntry from " + std::to_string(request->min_position()));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  void StayBehind() { behind_ = true; }
  std::vector<std::string> calls() {
    const MutexLock lock(mutex_);
    return calls_;
  }

 private:
  bool behind_ = false;
  Mutex mutex_;
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);
};

class OwnWritesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&log_);
    builder.RegisterService(&timelines_);
    server_ = builder.BuildAndStart();
  }
  void TearDown() override { server_->Shutdown(); }

  // Runs the program; what it said on standard error.
  std::string Run(const std::string& arguments) {
    const std::string err = ::testing::TempDir() + "/own_" + std::to_string(getpid()) + ".err";
    const int status = std::system((std::string(CHIPLINE_PROGRAM) +
                                    " --server 127.0.0.1:" + std::to_string(port_) + " " +
                                    arguments + " >/dev/null 2>" + err)
                                       .c_str());
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::ifstream file(err);
    std::string said(std::istreambuf_iterator<char>(file), {});
    std::remove(err.c_str());
    return said;
  }

  FakeLog log_;
  FakeTimelines timelines_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  int code_ = -1;
};

TEST_F(OwnWritesTest, ATimelineIsAskedForFromTheEndOfTheLogOn) {
  Run("timeline usage acme");
  EXPECT_EQ(code_, 0);
  Run("timeline usage acme --min-position 9");
  EXPECT_THAT(timelines_.calls(), ElementsAre("GetTimeline from 7", "GetTimeline from 9"));
}

TEST_F(OwnWritesTest, AnExplanationWaitsForTheTimelines) {
  Run("explain usage/acme/tokens-per-day");
  EXPECT_EQ(code_, 0);
  EXPECT_THAT(timelines_.calls(), ElementsAre("ExplainEntry from 7"));
}

TEST_F(OwnWritesTest, AWatchWaitsForThemUnlessItGoesOn) {
  Run("watch usage acme");
  EXPECT_THAT(timelines_.calls(), ElementsAre("GetTimeline from 7"));
  Run("watch usage acme --resume token");
  EXPECT_THAT(timelines_.calls(), ElementsAre("GetTimeline from 7"));
}

TEST_F(OwnWritesTest, NothingIsWaitedForWhereNobodyWantsIt) {
  Run("timeline usage acme --no-wait");
  Run("explain usage/acme/tokens-per-day --no-wait");
  Run("watch usage acme --no-wait");
  EXPECT_THAT(timelines_.calls(), ElementsAre("GetTimeline from 0", "ExplainEntry from 0"));
}

TEST_F(OwnWritesTest, ACallerWhoMayNotAskForTheHeadIsToldWhatThatMeans) {
  log_.RefuseHead();
  EXPECT_THAT(
      Run("timeline usage acme"),
      HasSubstr("This caller may not use EventLogService/GetHead, so what was appended just "
                "now may be missing here.\n"));
  EXPECT_EQ(code_, 0);
  EXPECT_THAT(Run("explain usage/acme/tokens-per-day"), HasSubstr("EventLogService/GetHead"));
  EXPECT_THAT(timelines_.calls(), ElementsAre("GetTimeline from 0", "ExplainEntry from 0"));
}

TEST_F(OwnWritesTest, ALongWaitIsSaidOnceAndEndsWithAdvice) {
  timelines_.StayBehind();
  const std::string said = Run("timeline usage acme --timeout 2s");
  EXPECT_EQ(code_, 1);
  EXPECT_THAT(said, HasSubstr("Waiting for the timelines to reach position 7.\n"));
  EXPECT_THAT(said, HasSubstr("DEADLINE_EXCEEDED"));
  EXPECT_THAT(said, HasSubstr("--no-wait"));
  EXPECT_THAT(Run("timeline usage acme --no-wait --timeout 100ms"), Not(HasSubstr("--no-wait")));
}

}  // namespace
}  // namespace chipline::cli
