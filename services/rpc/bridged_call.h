#ifndef CHIPLINE_SERVICES_RPC_BRIDGED_CALL_H_
#define CHIPLINE_SERVICES_RPC_BRIDGED_CALL_H_

#include <map>
#include <memory>
#include <string>

#include "grpcpp/server_context.h"

// Who makes a call that reaches the services by the server's own in-process channel. gRPC tells the
// services nothing of such a caller: the connection has no address and no certificate.
namespace chipline {

// Metadata that names a bridged call's caller. Refused in calls over TCP.
inline constexpr char kBridgeKey[] = "chipline-bridge";

// What gRPC would tell of the caller had it taken the connection itself.
struct BridgedCaller {
  // As grpc::ServerContext::peer() has it, for example ipv4:127.0.0.1:4711.
  std::string peer;
  // The verified certificate of the connection, by the names of gRPC's authentication properties
  // (grpc_security_constants.h). Empty: there is none.
  std::multimap<std::string, std::string> certificate;
};

// Makes a caller known under a random handle for as long as this object lives, to one call: the
// first that brings the handle as kBridgeKey. Thread-safe.
class BridgedCall {
 public:
  explicit BridgedCall(BridgedCaller caller);
  ~BridgedCall();
  BridgedCall(const BridgedCall&) = delete;
  BridgedCall& operator=(const BridgedCall&) = delete;

  const std::string& handle() const { return handle_; }

 private:
  const std::string handle_;
};

// The caller of an in-process call. Null if the call came over TCP, or its handle is missing,
// unknown or another call's.
std::shared_ptr<const BridgedCaller> FindBridgedCaller(const grpc::ServerContextBase& call);

// The address that a call comes from: the bridged caller's, else grpc::ServerContext::peer().
std::string PeerOf(const grpc::ServerContextBase& call);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_BRIDGED_CALL_H_
