#include "services/admin/admin_service.h"

#include "absl/status/statusor.h"

#include "services/admin/rules_change.h"
#include "services/admin/statistics.h"
#include "services/admin/subscriber_list.h"
#include "services/admin/verify_stream.h"
#include "services/admin/work_notice.h"
#include "services/rpc/trace.h"
#include "services/rpc/unary.h"
#include "storage/timestamp.h"

namespace chipline::admin {

grpc::ServerUnaryReactor* AdminService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetServerInfoRequest>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::GetServerInfoRequest&) -> absl::StatusOr<v1::GetServerInfoResponse> {
        v1::GetServerInfoResponse info =
            ToServerInfo(facts_, parts_.log.identity(), parts_.log.sync());
        if (facts_.cluster != nullptr) *info.mutable_cluster() = facts_.cluster().cluster();
        return info;
      });
}

grpc::ServerUnaryReactor* AdminService::GetStats(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetStatsRequest>(
      context, request, response, &parts_.executor,
      [this](const v1::GetStatsRequest&) -> absl::StatusOr<v1::GetStatsResponse> {
        v1::GetStatsResponse stats = CurrentStats(parts_.log, parts_.views, parts_.subscribers);
        if (facts_.certificate_expire_time != nullptr) {
          *stats.mutable_certificate_expire_time() = ToTimestamp(facts_.certificate_expire_time());
        }
        return stats;
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

grpc::ServerUnaryReactor* AdminService::GetCluster(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  return ServeUnary<v1::GetClusterRequest>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::GetClusterRequest&) -> absl::StatusOr<v1::GetClusterResponse> {
        return facts_.cluster == nullptr ? v1::GetClusterResponse() : facts_.cluster();
      });
}

grpc::ServerUnaryReactor* AdminService::SetRulesVersion(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return ServeUnaryAsync<v1::SetRulesVersionRequest, v1::SetRulesVersionResponse>(
      context, request, response, /*executor=*/nullptr,
      [this](const v1::SetRulesVersionRequest& parsed, RulesChanged done) {
        SetRules(parsed, facts_.cluster == nullptr ? v1::GetClusterResponse() : facts_.cluster(),
                 parts_.log, std::move(done));
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AdminService::VerifyLog(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return ServeStream<v1::VerifyLogRequest>(
      parts_.host, context, request, "AdminService.VerifyLog",
      [this, context](const v1::VerifyLogRequest& parsed,
                      const Access* access) -> absl::StatusOr<StreamPlan> {
        return PlanVerify(parsed, parts_.log, parts_.views,
                          WorkNotice(parts_.notices, access, TraceOf(*context)));
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AdminService::BackUpLog(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return ServeStream<v1::BackUpLogRequest>(
      parts_.host, context, request, "AdminService.BackUpLog",
      [this, context](const v1::BackUpLogRequest& parsed, const Access* access) {
        return backups_.Plan(parsed, WorkNotice(parts_.notices, access, TraceOf(*context)));
      });
}

}  // namespace chipline::admin
