#ifndef CHIPLINE_SERVICES_SECURITY_TLS_CREDENTIALS_H_
#define CHIPLINE_SERVICES_SECURITY_TLS_CREDENTIALS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpc/grpc_security.h"
#include "grpcpp/security/server_credentials.h"

#include "services/security/callers.h"
#include "services/security/certificates.h"
#include "storage/mutex.h"

namespace chipline::security {

// The certificates that new connections are served with. Thread-safe. Must outlive the gRPC server.
class CertificateStore {
 public:
  explicit CertificateStore(Certificates certificates) : certificates_(std::move(certificates)) {}

  // From now on these, which CheckCertificates must have passed.
  void Set(Certificates certificates);
  absl::Time expire_time() const;

  // The certificates, if they are others than those taken before. For gRPC, which asks before each
  // handshake; one server may ask, on one port.
  std::optional<Certificates> TakeNew();

  // The certificates, and a number above 0 that grows whenever they change. For any number of
  // listeners of our own.
  std::pair<Certificates, uint64_t> Get() const;

 private:
  mutable Mutex mutex_;
  Certificates certificates_ ABSL_GUARDED_BY(mutex_);
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 1;
  // What gRPC took.
  uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Whether clients are asked for a certificate. One that is given must be good in any case.
enum class ClientCertificate { kNone, kWelcome, kRequired };

// A call that no service has heard of yet.
struct NewCall {
  // Tells connections apart, for as long as the call is not decided about.
  const void* connection = nullptr;
  Credentials credentials;
  std::string path;
};

// Decides about a call, see Gatekeeper::CheckCall, and calls `done` once, now or later.
using CallCheck = std::function<void(NewCall call, std::function<void(const absl::Status&)> done)>;

// TLS for a gRPC server, on one port, whose certificates can change while it runs.
//
// gRPC 1.51's own way to reload (FileWatcherCertificateProvider) takes whatever the files hold, and
// fails every handshake while that is no certificate. So this is built on the C core's certificate
// fetcher, which is asked before each handshake and, whatever happens, goes on with what it has.
// The same stands for the check of calls: done here it needs a thread of its own only for tokens
// that nobody has seen yet.
class TlsCredentials final : public grpc::ServerCredentials {
 public:
  // `store` and what `check` refers to must outlive the gRPC server. Without a check all calls
  // pass.
  TlsCredentials(CertificateStore& store, ClientCertificate client, CallCheck check);
  ~TlsCredentials() override;

  // Not supported: the check is the one processor.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override;

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override;

  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config);
  static void Process(void* check, grpc_auth_context* context, const grpc_metadata* metadata,
                      size_t count, grpc_process_auth_metadata_done_cb done, void* tag);

  CertificateStore& store_;
  grpc_server_credentials* const credentials_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_TLS_CREDENTIALS_H_
