#include "services/server/grpc_settings.h"

#include "grpc/compression.h"
#include "grpc/grpc.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/channelz_service_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"

#include "storage/limits.h"

namespace chipline::server {
namespace {

// A connection on which nothing came for so long is asked for a sign of life, and closed if there
// is none; gRPC's own default is two hours.
constexpr int kKeepaliveMs = 30'000;
// Clients may ask as often. Some margin, since a client that comes too early is cut off.
constexpr int kMinClientPingMs = 10'000;

// A target that gRPC keeps its read buffers to, by reading more slowly and then by ending calls of
// anybody's. It does not count what calls themselves take; ConnectionWatch does, and comes first.
constexpr size_t kBufferBytes = size_t{1} << 30;

// Services that gRPC adds to every server made after it is told once, for the whole program.
bool AddBuiltInServices() {
  grpc::EnableDefaultHealthCheckService(true);
  // gRPC answers grpc.health.v1 without its descriptor, which calls of it over HTTP need. The call
  // keeps it in the program.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::channelz::experimental::InitChannelzService();
  return true;
}

}  // namespace

std::unique_ptr<grpc::ServerBuilder> NewServerBuilder(size_t max_connection_streams) {
  [[maybe_unused]] static const bool added = AddBuiltInServices();

  auto made = std::make_unique<grpc::ServerBuilder>();
  grpc::ServerBuilder& builder = *made;
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kMaxReceivedBytes));
  builder.SetResourceQuota(grpc::ResourceQuota("chipline").Resize(kBufferBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                             static_cast<int>(limits::kMaxMetadataBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             static_cast<int>(max_connection_streams));
  // gRPC's own default is two minutes, in which whoever connects and says nothing holds a
  // descriptor.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             limits::kHandshakeSeconds * 1000);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 1);

  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kMinClientPingMs);

  // The limit above is on compressed bytes: a message of 4 MiB could become 4 GiB if gRPC inflated
  // it. It hands over what is compressed as it came, and services/rpc/gzip.h inflates that.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  return made;
}

}  // namespace chipline::server
