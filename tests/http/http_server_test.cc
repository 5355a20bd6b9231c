#include "services/http/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

#include "chipline/v1/event_log_service.pb.h"
#include "fmt/format.h"
#include "services/http/bounds.h"
#include "services/http/gzip.h"
#include "storage/mutex.h"

namespace chipline::http {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::chrono::seconds kPatience{60};
constexpr char kTrace[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// What a call of any method came with.
struct Call {
  std::multimap<std::string, std::string> metadata;
  std::chrono::system_clock::time_point deadline;
};

// Answers each call with an empty message once Answer was called, and keeps what the newest came
// with.
class Service final : public grpc::CallbackGenericService {
 public:
  // gRPC's threads come to know of it by locks that ThreadSanitizer does not see. This one it sees.
  Service() { const MutexLock lock(mutex_); }
  ~Service() override { const MutexLock lock(mutex_); }

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(*this, *context);
  }

  Call AwaitCall() {
    const MutexLock lock(mutex_);
    const auto deadline = steady_clock::now() + kPatience;
    while (!call_.has_value() && changed_.WaitUntil(mutex_, deadline)) {
    }
    return call_.value_or(Call());
  }
  void AwaitCalls(size_t count) {
    const MutexLock lock(mutex_);
    const auto deadline = steady_clock::now() + kPatience;
    while (waiting_.size() < count && changed_.WaitUntil(mutex_, deadline)) {
    }
    EXPECT_EQ(waiting_.size(), count);
  }
  void AwaitCancelled() {
    const MutexLock lock(mutex_);
    const auto deadline = steady_clock::now() + kPatience;
    while (!cancelled_ && changed_.WaitUntil(mutex_, deadline)) {
    }
    EXPECT_TRUE(cancelled_);
  }
  void Answer() {
    const MutexLock lock(mutex_);
    answers_ = true;
    for (Reactor* reactor : std::exchange(waiting_, {})) reactor->Answer();
  }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor(Service& service, const grpc::GenericCallbackServerContext& context) {
      {
        const MutexLock lock(mutex_);
        service_ = &service;
      }
      Call call;
      call.deadline = context.deadline();
      for (const auto& [key, value] : context.client_metadata()) {
        call.metadata.emplace(std::string(key.data(), key.size()),
                              std::string(value.data(), value.size()));
      }
      const MutexLock lock(service.mutex_);
      service.call_ = std::move(call);
      service.changed_.NotifyAll();
      if (service.answers_) {
        Answer();
      } else {
        service.waiting_.insert(this);
      }
    }

    void Answer() { StartWriteAndFinish(&nothing_, {}, grpc::Status::OK); }
    void OnCancel() override {
      Service& called = service();
      const MutexLock lock(called.mutex_);
      called.cancelled_ = true;
      called.changed_.NotifyAll();
      if (called.waiting_.erase(this) > 0) Finish(grpc::Status::CANCELLED);
    }
    void OnDone() override { delete this; }

   private:
    Service& service() {
      const MutexLock lock(mutex_);
      return *service_;
    }

    // As the service's own: gRPC calls OnCancel on another thread.
    Mutex mutex_;
    Service* service_ ABSL_GUARDED_BY(mutex_) = nullptr;
    const grpc::Slice empty_;
    const grpc::ByteBuffer nothing_{&empty_, 1};
  };

  Mutex mutex_;
  CondVar changed_;
  std::optional<Call> call_ ABSL_GUARDED_BY(mutex_);
  std::set<Reactor*> waiting_ ABSL_GUARDED_BY(mutex_);
  bool answers_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    // The descriptor of the service that is asked for must be in the program.
    v1::GetHeadRequest::descriptor();
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service_);
    grpc_ = builder.BuildAndStart();
    HttpParts parts{
        {[] { return std::string("metrics"); }, [] { return std::string(); }}, {}, counts_};
    parts.channel = grpc_->InProcessChannel({});
    http_ = std::make_unique<HttpServer>(std::move(parts));
  }
  ~HttpServerTest() override {
    http_.reset();
    grpc_->Shutdown();
  }

  // The client's end of a new connection.
  int Connect() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    http_->Take(ends[1], "ipv4:127.0.0.1:1");
    return ends[0];
  }

  static void Send(int client, std::string_view text) {
    EXPECT_EQ(::send(client, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // What comes until the server closes. Closes the client's end.
  static std::string ReadAll(int client) {
    std::string all;
    std::array<char, 4096> chunk{};
    ssize_t size = 0;
    while ((size = ::recv(client, chunk.data(), chunk.size(), 0)) > 0) {
      all.append(chunk.data(), static_cast<size_t>(size));
    }
    EXPECT_EQ(size, 0) << "the server did not close";
    ::close(client);
    return all;
  }

  static std::string GetHead(std::string_view fields) {
    return fmt::format(
        "POST /chipline.v1.EventLogService/GetHead HTTP/1.1\r\nHost: "
        "localhost\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n{}\r\n{{}}",
        fields);
  }

  Service service_;
  HttpCounts counts_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HttpServer> http_;
};

TEST_F(HttpServerTest, TheTraceAndOtherMetadataReachTheServiceUnchanged) {
  service_.Answer();
  const int client = Connect();
  Send(client, GetHead(fmt::format("Traceparent: {}\r\nTracestate: a=1,b=2\r\nx-own: A b\r\n"
                                   "Connect-Timeout-Ms: 5000\r\nConnection: close\r\n",
                                   kTrace)));
  EXPECT_THAT(ReadAll(client), StartsWith("HTTP/1.1 200 "));
  const Call call = service_.AwaitCall();
  EXPECT_THAT(call.metadata, testing::Contains(testing::Pair("traceparent", kTrace)));
  EXPECT_EQ(call.metadata.count("traceparent"), 1u);
  EXPECT_THAT(call.metadata, testing::Contains(testing::Pair("tracestate", "a=1,b=2")));
  EXPECT_THAT(call.metadata, testing::Contains(testing::Pair("x-own", "A b")));
  EXPECT_EQ(call.metadata.count("connect-timeout-ms"), 0u);
}

TEST_F(HttpServerTest, TheTimeoutIsTheDeadlineOfTheCall) {
  service_.Answer();
  const auto begun = std::chrono::system_clock::now();
  const int client = Connect();
  Send(client, GetHead("Connect-Timeout-Ms: 50000\r\nConnection: close\r\n"));
  EXPECT_THAT(ReadAll(client), StartsWith("HTTP/1.1 200 "));
  const auto deadline = service_.AwaitCall().deadline;
  EXPECT_GT(deadline, begun + std::chrono::seconds(40));
  EXPECT_LT(deadline, std::chrono::system_clock::now() + std::chrono::seconds(51));
}

TEST_F(HttpServerTest, ACallThatTakesTooLongEndsWithDeadlineExceeded) {
  const int client = Connect();
  Send(client, GetHead("Connect-Timeout-Ms: 100\r\nConnection: close\r\n"));
  const std::string answer = ReadAll(client);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 504 "));
  EXPECT_THAT(answer, HasSubstr("deadline_exceeded"));
  service_.AwaitCancelled();
}

TEST_F(HttpServerTest, AClientThatSendsNothingMoreGetsItsAnswer) {
  const int client = Connect();
  Send(client, GetHead(""));
  service_.AwaitCall();
  ::shutdown(client, SHUT_WR);
  // Connections are looked at in turn, so by this answer the end of the other
  // one was seen.
  const int other = Connect();
  Send(other, "GET /livez HTTP/1.0\r\n\r\n");
  EXPECT_THAT(ReadAll(other), HasSubstr("alive"));
  service_.Answer();
  EXPECT_THAT(ReadAll(client), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, AClientThatMayBeGoneIsCutOffInTime) {
  const int client = Connect();
  Send(client, GetHead(""));
  service_.AwaitCall();
  const auto begun = steady_clock::now();
  ::shutdown(client, SHUT_WR);
  EXPECT_EQ(ReadAll(client), "");
  EXPECT_GT(steady_clock::now() - begun, bounds::kHalfClosedTime / 2);
  service_.AwaitCancelled();
  EXPECT_EQ(counts_.calls[static_cast<size_t>(absl::StatusCode::kCancelled)], 1u);
}

TEST_F(HttpServerTest, WhatRequestsInflateToIsHeldWithinTheBound) {
  const std::string body = Gzip("{" + std::string(bounds::kBodyBytes - 2, ' ') + "}");
  ASSERT_LT(body.size(), 64u * 1024);
  const std::string request = fmt::format(
      "POST /chipline.v1.EventLogService/GetHead HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
  std::vector<int> clients;
  for (size_t i = 1; i <= bounds::kHeldBytes / bounds::kBodyBytes; ++i) {
    clients.push_back(Connect());
    Send(clients.back(), request);
    service_.AwaitCalls(i);
  }
  int client = Connect();
  Send(client, request);
  const std::string refusal = ReadAll(client);
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refusal, HasSubstr("REQUESTS_HELD"));
  // With the answers there is room again.
  service_.Answer();
  for (const int each : clients) EXPECT_THAT(ReadAll(each), StartsWith("HTTP/1.1 200 "));
  client = Connect();
  Send(client, request);
  EXPECT_THAT(ReadAll(client), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace chipline::http
