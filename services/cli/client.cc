#include "services/cli/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "absl/time/clock.h"

#include "services/cli/proxy.h"
#include "services/server/grpc_log.h"

namespace chipline::cli {
namespace {

// Well above what a server sends in one message (limits::kMaxBatchBytes and two appends).
constexpr int kMaxReceiveBytes = 16 * 1024 * 1024;
constexpr int kKeepaliveMillis = 40'000;
constexpr int kKeepaliveTimeoutMillis = 15'000;
// gRPC's own waits between tries to connect, which would grow to two minutes.
constexpr int kReconnectMillis = 500;
constexpr int kMaxReconnectMillis = 1'000;

}  // namespace

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& server,
                                           const Credentials& credentials) {
  server::SilenceGrpcLog();
  grpc::ChannelArguments arguments;
  // A connection of its own, and none shared with other channels to the same server.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillis);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectMillis);
  if (IsLocalServer(server)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(server, ToGrpc(credentials), arguments);
}

Client::Client(const CommonOptions& options)
    : Client(OpenChannel(options.server, options.credentials), options.timeout) {}

Client::Client(const std::string& server, absl::Duration timeout)
    : Client(OpenChannel(server), timeout) {}

Client::Client(std::shared_ptr<grpc::Channel> channel, absl::Duration timeout)
    : timeout_(timeout),
      channel_(std::move(channel)),
      log_(v1::EventLogService::NewStub(channel_)),
      subscriptions_(v1::SubscriptionService::NewStub(channel_)),
      timelines_(v1::TimelineService::NewStub(channel_)),
      admin_(v1::AdminService::NewStub(channel_)) {}

void Client::SetDeadline(grpc::ClientContext& context) const {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
}

}  // namespace chipline::cli
