#include "services/admin/admin_service.h"

#include "absl/status/statusor.h"

#include "services/admin/statistics.h"
#include "services/admin/subscriber_list.h"
#include "services/rpc/unary.h"

namespace chipline::admin {

grpc::ServerUnaryReactor* AdminService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetServerInfoRequest>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::GetServerInfoRequest&) -> absl::StatusOr<v1::GetServerInfoResponse> {
        return ToServerInfo(facts_, parts_.log.identity(), parts_.log.sync());
      });
}

grpc::ServerUnaryReactor* AdminService::GetStats(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetStatsRequest>(
      context, request, response, &parts_.executor,
      [this](const v1::GetStatsRequest&) -> absl::StatusOr<v1::GetStatsResponse> {
        return CurrentStats(parts_.log, parts_.views, parts_.subscribers);
      });
}

grpc::ServerUnaryReactor* AdminService::ListSubscribers(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return ServeUnary<v1::ListSubscribersRequest>(
      context, request, response, &parts_.executor,
      [this](const v1::ListSubscribersRequest& parsed) {
        return admin::ListSubscribers(parsed, parts_.log, parts_.subscribers, parts_.clock);
      });
}

}  // namespace chipline::admin
