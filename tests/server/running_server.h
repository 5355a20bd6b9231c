#ifndef CHIPLINE_TESTS_SERVER_RUNNING_SERVER_H_
#define CHIPLINE_TESTS_SERVER_RUNNING_SERVER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "chipline/v1/admin_service.grpc.pb.h"
#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/server/server.h"

namespace chipline::server {

// A context whose call ends by itself, so that a test that fails does not hang.
std::unique_ptr<grpc::ClientContext> Context();

// A valid event: `company` means to spend so many billion CNY.
v1::Event Capex(std::string_view id, std::string_view company, int billions = 160);
v1::AppendEventsRequest AppendOf(const std::vector<v1::Event>& events);

// The fields that a status says are wrong.
std::vector<std::string> BadFields(const absl::Status& status);

// The stubs of all services over a connection of their own.
struct Client {
  explicit Client(int port);

  absl::StatusOr<v1::AppendEventsResponse> Append(const v1::AppendEventsRequest& request) const;
  // The head as GetHead answers it; 0 and a failed test if it does not.
  uint64_t Head() const;

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::EventLogService::Stub> log;
  std::unique_ptr<v1::SubscriptionService::Stub> subscriptions;
  std::unique_ptr<v1::TimelineService::Stub> timelines;
  std::unique_ptr<v1::AdminService::Stub> admin;
};

// A server on a free port with an empty directory, which goes with the test.
class RunningServer : public testing::Test {
 protected:
  RunningServer();
  ~RunningServer() override;

  // Starts it on the directory as it is now.
  void Start();
  void Stop();
  // With what is set in options_.
  absl::StatusOr<std::unique_ptr<Server>> TryStart() const { return Server::Start(options_); }

  Client NewClient() const { return Client(server_->port()); }

  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_TESTS_SERVER_RUNNING_SERVER_H_
