#ifndef CHIPLINE_SERVICES_ADMIN_ADMIN_SERVICE_H_
#define CHIPLINE_SERVICES_ADMIN_ADMIN_SERVICE_H_

#include <filesystem>
#include <utility>

#include "chipline/v1/admin_service.grpc.pb.h"
#include "services/admin/backup_runs.h"
#include "services/admin/server_facts.h"
#include "services/rpc/notice.h"
#include "services/rpc/stream_reactor.h"
#include "services/rpc/subscribers.h"
#include "services/timeline/materializer.h"
#include "storage/clock.h"
#include "storage/executor.h"
#include "storage/log.h"

namespace chipline::admin {

// What AdminService tells of. All of it must outlive the gRPC server.
struct AdminParts {
  storage::Log& log;
  const timeline::Materializer& views;
  const Subscribers& subscribers;
  const Clock& clock;
  Executor& executor;
  const StreamHost& host;
  // The folder that backups may go to; empty: none may be made.
  std::filesystem::path backup_directory;
  // Told of every backup and verification when it is over.
  NoticeSink notices;
};

// AdminService, all of it. Thread-safe.
class AdminService final
    : public v1::AdminService::WithRawCallbackMethod_GetServerInfo<
          v1::AdminService::WithRawCallbackMethod_GetStats<
              v1::AdminService::WithRawCallbackMethod_ListSubscribers<
                  v1::AdminService::WithRawCallbackMethod_GetCluster<
                      v1::AdminService::WithRawCallbackMethod_SetRulesVersion<
                          v1::AdminService::WithRawCallbackMethod_VerifyLog<
                              v1::AdminService::WithRawCallbackMethod_BackUpLog<
                                  v1::AdminService::Service>>>>>>> {
 public:
  AdminService(const AdminParts& parts, ServerFacts facts)
      : parts_(parts),
        facts_(std::move(facts)),
        backups_(parts.log, parts.clock, parts.backup_directory) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetStats(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListSubscribers(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetCluster(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SetRulesVersion(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* VerifyLog(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* BackUpLog(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;

  // Ends the backup that is being made. To be called after gRPC's server is gone and before the
  // log.
  void EndBackups() { backups_.End(); }

 private:
  const AdminParts parts_;
  const ServerFacts facts_;
  BackupRuns backups_;
};

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_ADMIN_SERVICE_H_
