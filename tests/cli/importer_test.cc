#include "services/cli/importer.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/rpc/status.h"
#include "storage/error.h"

namespace chipline::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A log that keeps to the rules an import depends on: all or none, a full repeat is answered as
// duplicates, a partial one is ALREADY_EXISTS, and ids that start with "bad" are refused.
class FakeLog final : public v1::EventLogService::Service {
 public:
  grpc::Status PipelineAppend(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::PipelineAppendResponse, v1::PipelineAppendRequest>* stream)
      override {
    if (!pipeline_.ok()) return pipeline_;
    v1::PipelineAppendRequest request;
    while (stream->Read(&request)) {
      if (break_after_ > 0 && --break_after_ == 0) {
        return {grpc::StatusCode::UNAVAILABLE, "draining"};
      }
      v1::PipelineAppendResponse response;
      response.set_request_id(request.request_id());
      Append(request.append(), response);
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

  grpc::Status AppendEvents(grpc::ServerContext*, const v1::AppendEventsRequest* request,
                            v1::AppendEventsResponse* response) override {
    if (!unary_.ok()) return unary_;
    v1::PipelineAppendResponse answer;
    Append(*request, answer);
    if (answer.has_error()) return ToGrpcStatus(FromRpcStatus(answer.error()));
    *response = answer.result();
    return grpc::Status::OK;
  }

  // What a call of the method is refused with.
  void RefusePipeline(grpc::Status why) { pipeline_ = std::move(why); }
  void RefuseUnary(grpc::Status why) { unary_ = std::move(why); }
  // Ends the next stream at its n-th request.
  void BreakAfter(int requests) { break_after_ = requests; }
  const std::vector<std::string>& stored() const { return stored_; }
  int appends() const { return appends_; }

 private:
  void Append(const v1::AppendEventsRequest& append, v1::PipelineAppendResponse& response) {
    ++appends_;
    int known = 0;
    for (const v1::Event& event : append.events()) {
      if (event.event_id().starts_with("other")) {
        *response.mutable_error() = ToRpcStatus(
            Error(absl::StatusCode::kPermissionDenied, "SUBJECT_NOT_GRANTED", "of another"));
        return;
      }
      if (event.event_id().starts_with("bad")) {
        response.mutable_error()->set_code(3);
        return;
      }
      known += ids_.count(event.event_id()) > 0 ? 1 : 0;
    }
    if (known > 0 && known < append.events_size()) {
      response.mutable_error()->set_code(6);
      return;
    }
    for (const v1::Event& event : append.events()) {
      v1::AppendedEvent& appended = *response.mutable_result()->add_events();
      appended.set_duplicate(!ids_.insert(event.event_id()).second);
      if (!appended.duplicate()) stored_.push_back(event.event_id());
    }
  }

  grpc::Status pipeline_;
  grpc::Status unary_;
  int break_after_ = 0;
  int appends_ = 0;
  std::set<std::string> ids_;
  std::vector<std::string> stored_;
};

class ImporterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.RegisterService(&log_);
    server_ = builder.BuildAndStart();
    stub_ = v1::EventLogService::NewStub(server_->InProcessChannel({}));
  }

  // Imports these lines, trying again up to `tries` times.
  absl::Status Import(const std::vector<std::string>& text, const ImportOptions& options,
                      int tries = 1) {
    const std::string path = ::testing::TempDir() + "/importer_test_" + std::to_string(getpid());
    std::ofstream file(path);
    for (const std::string& line : text) file << line << '\n';
    file.close();
    auto lines = EventLines::Open(path);
    refused_.clear();
    const ImportListener listener = {
        [this](uint64_t line, const google::rpc::Status& why) { refused_[line] = why.code(); },
        [](const ImportCounts&) {}};
    Importer importer(*stub_, options, listener);
    absl::Status status;
    do {
      status = importer.Run(*lines);
    } while (status.code() == absl::StatusCode::kUnavailable && --tries > 0);
    counts_ = importer.counts();
    return status;
  }

  static std::vector<std::string> Events(const std::vector<std::string>& ids) {
    std::vector<std::string> lines;
    for (const std::string& id : ids) lines.push_back("{\"eventId\":\"" + id + "\"}");
    return lines;
  }

  FakeLog log_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::EventLogService::Stub> stub_;
  // Line to code.
  std::map<uint64_t, int> refused_;
  ImportCounts counts_;
};

TEST_F(ImporterTest, KeepsTheFilesOrder) {
  ImportOptions options;
  options.batch_events = 2;
  ASSERT_TRUE(Import(Events({"a", "b", "c", "d", "e"}), options).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(log_.appends(), 3);
  EXPECT_EQ(counts_.appended, 5U);
}

TEST_F(ImporterTest, ASecondRunStoresNothingAndFailsNothing) {
  ASSERT_TRUE(Import(Events({"a", "b", "c"}), {}).ok());
  ASSERT_TRUE(Import(Events({"a", "b", "c"}), {}).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(counts_.appended, 0U);
  EXPECT_EQ(counts_.duplicates, 3U);
}

TEST_F(ImporterTest, PartlyKnownBatchesAreTakenApart) {
  ASSERT_TRUE(Import(Events({"b", "d"}), {}).ok());
  ASSERT_TRUE(Import(Events({"a", "b", "c", "d"}), {}).ok());
  EXPECT_EQ(counts_.appended, 2U);
  EXPECT_EQ(counts_.duplicates, 2U);
  EXPECT_THAT(refused_, IsEmpty());
}

TEST_F(ImporterTest, OneBadLineCostsNobodyElse) {
  ImportOptions options;
  options.window = 1;
  ASSERT_TRUE(Import(Events({"a", "b", "bad", "c", "d", "e", "f"}), options).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_EQ(refused_, (std::map<uint64_t, int>{{3, 3}}));
  EXPECT_EQ(counts_.refused, 1U);
}

TEST_F(ImporterTest, LinesThatAreNoEventsAreRefusedByNumber) {
  ASSERT_TRUE(Import({"{\"eventId\":\"a\"}", "nonsense", "", "{\"eventId\":\"b\"}"}, {}).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b"));
  EXPECT_EQ(refused_, (std::map<uint64_t, int>{{2, 3}}));
}

TEST_F(ImporterTest, GoesOnAfterTheServerWentAway) {
  log_.BreakAfter(3);
  ImportOptions options;
  options.batch_events = 1;
  options.window = 1;
  EXPECT_EQ(Import(Events({"a", "b", "c", "d"}), options, 1).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(counts_.appended, 2U);
  log_.BreakAfter(3);
  ASSERT_TRUE(Import(Events({"a", "b", "c", "d"}), options, 5).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(counts_.total(), 4U);
}

TEST_F(ImporterTest, ACallerWhoMayOnlyAppendEventsDoesSo) {
  for (const grpc::StatusCode code :
       {grpc::StatusCode::PERMISSION_DENIED, grpc::StatusCode::UNIMPLEMENTED}) {
    log_.RefusePipeline({code, "no PipelineAppend"});
    const std::string prefix = std::to_string(code) + "-";
    ImportOptions options;
    options.batch_events = 2;
    ASSERT_TRUE(
        Import(Events({prefix + "a", "bad", prefix + "b", "other", prefix + "c"}), options).ok());
    EXPECT_EQ(counts_.appended, 3U);
    EXPECT_EQ(refused_, (std::map<uint64_t, int>{{2, 3}, {4, 7}}));
  }
}

TEST_F(ImporterTest, ACallerWhoMayAppendByNeitherMethodIsToldOfTheSecond) {
  log_.RefusePipeline({grpc::StatusCode::PERMISSION_DENIED, "no PipelineAppend"});
  log_.RefuseUnary({grpc::StatusCode::PERMISSION_DENIED, "no AppendEvents"});
  const absl::Status status = Import(Events({"a", "b"}), {});
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(status.message(), "no AppendEvents");
  EXPECT_EQ(counts_.total(), 0U);
}

TEST_F(ImporterTest, AnEventOfASubjectThatIsNotGrantedCostsNobodyElse) {
  ASSERT_TRUE(Import(Events({"a", "other", "b"}), {}).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b"));
  EXPECT_EQ(refused_, (std::map<uint64_t, int>{{2, 7}}));
}

TEST_F(ImporterTest, LinesThatAreTooLongAreRefusedByNumber) {
  const std::string long_line = "{\"eventId\":\"" + std::string(kMaxLineBytes, 'x') + "\"}";
  ASSERT_TRUE(Import({"{\"eventId\":\"a\"}", long_line, "{\"eventId\":\"b\"}"}, {}).ok());
  EXPECT_THAT(log_.stored(), ElementsAre("a", "b"));
  EXPECT_EQ(refused_, (std::map<uint64_t, int>{{2, 3}}));
}

TEST_F(ImporterTest, AFileThatCannotBeReadToItsEndIsAnError) {
  // Nobody may read there, and opening it works.
  auto lines = EventLines::Open("/proc/self/mem");
  ASSERT_TRUE(lines.ok());
  const ImportListener listener = {[](uint64_t, const google::rpc::Status&) {},
                                   [](const ImportCounts&) {}};
  Importer importer(*stub_, {}, listener);
  const absl::Status status = importer.Run(*lines);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("/proc/self/mem: cannot be read after line 0: Input/output error"));
}

TEST_F(ImporterTest, AnEmptyFileIsDone) {
  ASSERT_TRUE(Import({}, {}).ok());
  EXPECT_EQ(counts_.total(), 0U);
}

}  // namespace
}  // namespace chipline::cli
