#include "tests/stream/stream_server.h"

#include <utility>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/stream_reactor.h"
#include "services/rpc/unary.h"

namespace chipline::testing {

using Context = grpc::CallbackServerContext;
using Bytes = grpc::ByteBuffer;

class StreamServer::EventLog final
    : public v1::EventLogService::WithRawCallbackMethod_GetEvent<
          v1::EventLogService::WithRawCallbackMethod_ListEvents<
              v1::EventLogService::WithRawCallbackMethod_ReadEvents<
                  v1::EventLogService::WithRawCallbackMethod_ListSubjects<
                      v1::EventLogService::WithRawCallbackMethod_GetHead<
                          v1::EventLogService::Service>>>>> {
 public:
  EventLog(const stream::EventReads& reads, const StreamHost& host, Executor& executor)
      : reads_(reads), host_(host), executor_(executor) {}

  grpc::ServerUnaryReactor* GetEvent(Context* context, const Bytes* request,
                                     Bytes* response) override {
    return ServeUnary<v1::GetEventRequest>(context, request, response, &executor_,
                                           [this](const auto& r) { return reads_.GetEvent(r); });
  }
  grpc::ServerUnaryReactor* ListEvents(Context* context, const Bytes* request,
                                       Bytes* response) override {
    return ServeUnary<v1::ListEventsRequest>(
        context, request, response, &executor_,
        [this](const auto& r) { return reads_.ListEvents(r); });
  }
  grpc::ServerUnaryReactor* ListSubjects(Context* context, const Bytes* request,
                                         Bytes* response) override {
    return ServeUnary<v1::ListSubjectsRequest>(
        context, request, response, &executor_,
        [this](const auto& r) { return reads_.ListSubjects(r); });
  }
  grpc::ServerUnaryReactor* GetHead(Context* context, const Bytes* request,
                                    Bytes* response) override {
    return ServeUnaryAsync<v1::GetHeadRequest, v1::GetHeadResponse>(
        context, request, response, nullptr,
        [this](const auto& r, Reply<v1::GetHeadResponse> reply) {
          reads_.GetHead(r, std::move(reply));
        });
  }
  grpc::ServerWriteReactor<Bytes>* ReadEvents(Context* context, const Bytes* request) override {
    return ServeStream<v1::ReadEventsRequest>(
        host_, context, request, "EventLogService.ReadEvents",
        [this](const v1::ReadEventsRequest& r) { return reads_.ReadEvents(r); });
  }

 private:
  const stream::EventReads& reads_;
  const StreamHost host_;
  Executor& executor_;
};

StreamServer::StreamServer(size_t max_streams)
    : subscribers_(max_streams),
      subscriptions_(log_.log(), clock_, {live_, catch_up_, timer_, subscribers_}, catch_up_,
                     catch_up_, head_),
      event_log_(std::make_unique<EventLog>(
          reads_, StreamHost{live_, catch_up_, timer_, subscribers_}, catch_up_)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(&subscriptions_);
  builder.RegisterService(event_log_.get());
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
}

StreamServer::~StreamServer() { DrainAndShutDown(); }

std::shared_ptr<grpc::Channel> StreamServer::Connect() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port_),
                                   grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<v1::SubscriptionService::Stub> StreamServer::Subscriptions() const {
  return v1::SubscriptionService::NewStub(Connect());
}

std::unique_ptr<v1::EventLogService::Stub> StreamServer::Events() const {
  return v1::EventLogService::NewStub(Connect());
}

void StreamServer::DrainAndShutDown() {
  subscribers_.Drain();
  server_->Shutdown();
  server_->Wait();
}

v1::SubscribeResponse SubscriptionClient::Next() {
  v1::SubscribeResponse response;
  if (!reader_->Read(&response)) {
    const grpc::Status status = reader_->Finish();
    ADD_FAILURE() << "the stream ended: " << status.error_message();
  }
  return response;
}

v1::SubscribeResponse SubscriptionClient::NextStep() {
  while (true) {
    v1::SubscribeResponse response = Next();
    if (!response.has_heartbeat()) return response;
  }
}

grpc::Status SubscriptionClient::End() {
  v1::SubscribeResponse response;
  while (reader_->Read(&response)) {
  }
  return reader_->Finish();
}

}  // namespace chipline::testing
