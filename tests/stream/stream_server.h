#ifndef CHIPLINE_TESTS_STREAM_STREAM_SERVER_H_
#define CHIPLINE_TESTS_STREAM_STREAM_SERVER_H_

#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"

#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "services/rpc/log_waker.h"
#include "services/rpc/subscribers.h"
#include "services/rpc/timer.h"
#include "services/stream/event_reads.h"
#include "services/stream/subscription_service.h"
#include "storage/clock.h"
#include "storage/executor.h"
#include "tests/rpc/test_log.h"

namespace chipline::testing {

// A gRPC server on a port of the system's choice that serves what services/stream offers over a log
// of its own.
class StreamServer {
 public:
  explicit StreamServer(size_t max_streams = limits::kMaxStreams);
  ~StreamServer();

  TestLog& log() { return log_; }
  Subscribers& subscribers() { return subscribers_; }
  // Each call makes a connection of its own.
  std::shared_ptr<grpc::Channel> Connect() const;
  std::unique_ptr<v1::SubscriptionService::Stub> Subscriptions() const;
  std::unique_ptr<v1::EventLogService::Stub> Events() const;

  // As a server does: tell the streams, then wait for them, for as long as it takes.
  void DrainAndShutDown();

 private:
  class EventLog;

  TestLog log_;
  SystemClock clock_;
  Executor live_{1};
  Executor catch_up_{2};
  Timer timer_;
  Subscribers subscribers_;
  LogWaker head_{log_.reader(), live_};
  stream::EventReads reads_{log_.log()};
  stream::SubscriptionService subscriptions_;
  std::unique_ptr<EventLog> event_log_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// A subscription's client side. Not thread-safe, but for Cancel.
class SubscriptionClient {
 public:
  SubscriptionClient(v1::SubscriptionService::Stub& stub, const v1::SubscribeRequest& request)
      : reader_(stub.Subscribe(&context_, request)) {}
  ~SubscriptionClient() { context_.TryCancel(); }

  // The next message; fails the test if there is none.
  v1::SubscribeResponse Next();
  // The next message that is not a heartbeat.
  v1::SubscribeResponse NextStep();
  bool Read(v1::SubscribeResponse& response) { return reader_->Read(&response); }
  void Cancel() { context_.TryCancel(); }
  // How the stream ended; reads what is left.
  grpc::Status End();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>> reader_;
};

}  // namespace chipline::testing

#endif  // CHIPLINE_TESTS_STREAM_STREAM_SERVER_H_
