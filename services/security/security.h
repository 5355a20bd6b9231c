#ifndef CHIPLINE_SERVICES_SECURITY_SECURITY_H_
#define CHIPLINE_SERVICES_SECURITY_SECURITY_H_

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/server_credentials.h"

#include "services/rpc/access.h"
#include "services/rpc/notice.h"
#include "services/security/fair_executor.h"
#include "services/security/gatekeeper.h"
#include "services/security/tls_context.h"
#include "services/security/tls_credentials.h"
#include "services/security/watched_files.h"
#include "storage/clock.h"
#include "storage/limits.h"
#include "storage/mutex.h"

namespace chipline::security {

// What a server is protected with. Files are PEM, but for the policy.
struct SecurityOptions {
  // The server's certificate, with what is between it and the root; and its key. Both or none.
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  // Whom to trust to sign clients' certificates. Without token keys every client must have one.
  std::filesystem::path tls_client_ca;
  // Public keys of bearer tokens, and what tokens must say.
  std::filesystem::path token_keys;
  std::string token_issuer;
  std::string token_audience;
  // chipline.config.v1.Policy in text format.
  std::filesystem::path policy;
  // Streams of one caller at a time.
  size_t max_principal_streams = limits::kPrincipalStreams;
  // How often the files are looked at.
  absl::Duration reload_interval = absl::Seconds(1);

  bool tls() const { return !tls_certificate.empty(); }
  // Callers are known by name, so that a policy can speak of them.
  bool knows_callers() const { return !tls_client_ca.empty() || !token_keys.empty(); }
};

// INVALID_ARGUMENT, naming every option that lacks another.
absl::Status CheckSecurityOptions(const SecurityOptions& options);

// A server's TLS, its callers and its policy, kept as the files are: they are looked at again and
// again, and what they hold is taken up once it is found good. What is not is told of once, and the
// last good content stays. Thread-safe. Must outlive the gRPC server.
class Security {
 public:
  // Reads all files; options must have passed CheckSecurityOptions and have TLS. INVALID_ARGUMENT
  // if one is not there or not good. `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<Security>> Open(const SecurityOptions& options,
                                                        const Clock& clock, NoticeSink sink);
  ~Security();
  Security(const Security&) = delete;
  Security& operator=(const Security&) = delete;

  // For one server's one port.
  std::shared_ptr<grpc::ServerCredentials> NewCredentials();
  // The same TLS for listeners of our own, and the check of the calls that they take; null if
  // callers are not known.
  TlsContexts NewTlsContexts() const { return {*certificates_, client_certificate()}; }
  CallCheck NewCallCheck();
  // Null if callers are not known.
  const Gate* gate() const { return gatekeeper_.get(); }
  absl::Time certificate_expire_time() const { return certificates_->expire_time(); }

  // Looks at the files now.
  void Reload();

 private:
  Security(const SecurityOptions& options, const Clock& clock, NoticeSink sink);

  ClientCertificate client_certificate() const;
  absl::Status OpenFiles();
  absl::Status TakeCertificates(const std::vector<std::string>& contents);
  absl::Status TakeKeys(const std::vector<std::string>& contents);
  absl::Status TakePolicy(const std::vector<std::string>& contents);
  void TellExpiry() ABSL_EXCLUSIVE_LOCKS_REQUIRED(files_mutex_);
  void Watch();

  const SecurityOptions options_;
  const Clock& clock_;
  const NoticeSink sink_;
  std::unique_ptr<Gatekeeper> gatekeeper_;
  std::unique_ptr<CertificateStore> certificates_;

  // The calls whose tokens still wait to be checked are over.
  std::atomic<bool> closing_ = false;
  // Tokens that nobody has seen yet. gRPC's threads, of which there are few, go on meanwhile.
  FairExecutor token_checks_;

  Mutex files_mutex_;
  std::vector<WatchedFiles> files_ ABSL_GUARDED_BY(files_mutex_);
  absl::Time next_expiry_notice_ ABSL_GUARDED_BY(files_mutex_) = absl::InfinitePast();

  Mutex mutex_;
  CondVar wake_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread watcher_;
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_SECURITY_H_
