#ifndef CHIPLINE_SERVICES_CLI_CLIENT_H_
#define CHIPLINE_SERVICES_CLI_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

#include "chipline/v1/admin_service.grpc.pb.h"
#include "chipline/v1/event_log_service.grpc.pb.h"
#include "chipline/v1/subscription_service.grpc.pb.h"
#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/cli/console.h"
#include "services/cli/credentials.h"

namespace chipline::cli {

// A channel to a server, with a connection of its own. Connects at the first call. Notices within a
// minute when a server that it streams from is gone without a word. Without credentials it is plain
// text over HTTP/2. A server on this machine is reached directly, whatever proxies the environment
// names.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& server,
                                           const Credentials& credentials = {});

// The four services over one channel. Thread-safe, as stubs are.
class Client {
 public:
  // To the server, and with the credentials, that the command line names.
  explicit Client(const CommonOptions& options);
  // In plain text. `timeout` is for calls whose context SetDeadline gets.
  Client(const std::string& server, absl::Duration timeout);

  // For a call that is not a stream.
  void SetDeadline(grpc::ClientContext& context) const;

  v1::EventLogService::Stub& log() { return *log_; }
  v1::SubscriptionService::Stub& subscriptions() { return *subscriptions_; }
  v1::TimelineService::Stub& timelines() { return *timelines_; }
  v1::AdminService::Stub& admin() { return *admin_; }

 private:
  Client(std::shared_ptr<grpc::Channel> channel, absl::Duration timeout);

  const absl::Duration timeout_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::EventLogService::Stub> log_;
  const std::unique_ptr<v1::SubscriptionService::Stub> subscriptions_;
  const std::unique_ptr<v1::TimelineService::Stub> timelines_;
  const std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_CLIENT_H_
