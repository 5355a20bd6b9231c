#include "services/security/security.h"

#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"

#include "fmt/format.h"
#include "services/rpc/field_checks.h"
#include "services/security/certificates.h"
#include "services/security/policy.h"
#include "services/security/token_keys.h"
#include "storage/error.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::security {
namespace {

// From when on the operator is told every day that the certificate expires.
constexpr absl::Duration kExpiryWarning = absl::Hours(14 * 24);

std::string Words(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace

absl::Status CheckSecurityOptions(const SecurityOptions& options) {
  Violations bad;
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    bad.Add("tls_key", "--tls-cert and --tls-key are given together");
  }
  if (!options.tls_client_ca.empty() && !options.tls()) {
    bad.Add("tls_client_ca", "--tls-client-ca needs --tls-cert and --tls-key");
  }
  if (!options.token_keys.empty()) {
    if (!options.tls()) {
      bad.Add("token_keys",
              "--token-key needs --tls-cert and --tls-key: a token that is sent in the clear "
              "is anybody's");
    }
    if (options.token_issuer.empty() || options.token_audience.empty()) {
      bad.Add("token_issuer",
              "--token-key needs --token-issuer and --token-audience, which tokens must name");
    }
  } else if (!options.token_issuer.empty() || !options.token_audience.empty()) {
    bad.Add("token_keys", "--token-issuer and --token-audience are nothing without --token-key");
  }
  if (!options.policy.empty() && !options.knows_callers()) {
    bad.Add("policy",
            "--policy needs --tls-client-ca or --token-key, without which no caller is known");
  }
  if (options.max_principal_streams < 1 || options.max_principal_streams > limits::kMaxStreams) {
    bad.Add(
        "max_principal_streams",
        fmt::format("is {}; it is 1 to {}", options.max_principal_streams, limits::kMaxStreams));
  }
  return bad.ToStatus();
}

absl::StatusOr<std::unique_ptr<Security>> Security::Open(const SecurityOptions& options,
                                                         const Clock& clock, NoticeSink sink) {
  std::unique_ptr<Security> security(new Security(options, clock, std::move(sink)));
  RETURN_IF_ERROR(security->OpenFiles());
  security->watcher_ = std::thread([raw = security.get()] { raw->Watch(); });
  return security;
}

Security::Security(const SecurityOptions& options, const Clock& clock, NoticeSink sink)
    : options_(options), clock_(clock), sink_(std::move(sink)) {
  if (!options_.knows_callers()) return;
  gatekeeper_ = std::make_unique<Gatekeeper>(
      clock_, TokenRules{options_.token_issuer, options_.token_audience},
      options_.max_principal_streams, sink_);
}

Security::~Security() {
  closing_ = true;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    wake_.NotifyAll();
  }
  if (watcher_.joinable()) watcher_.join();
}

ClientCertificate Security::client_certificate() const {
  if (options_.tls_client_ca.empty()) return ClientCertificate::kNone;
  return options_.token_keys.empty() ? ClientCertificate::kRequired : ClientCertificate::kWelcome;
}

CallCheck Security::NewCallCheck() {
  if (gatekeeper_ == nullptr) return nullptr;
  return [this](NewCall call, std::function<void(const absl::Status&)> done) {
    if (!gatekeeper_->NeedsCheck(call.credentials, call.path)) {
      done(gatekeeper_->CheckCall(call.credentials, call.path));
      return;
    }
    const void* const connection = call.connection;
    token_checks_.Schedule(connection, [this, call = std::move(call), done = std::move(done)] {
      done(closing_ ? absl::UnavailableError("the server stops")
                    : gatekeeper_->CheckCall(call.credentials, call.path));
    });
  };
}

std::shared_ptr<grpc::ServerCredentials> Security::NewCredentials() {
  return std::make_shared<TlsCredentials>(*certificates_, client_certificate(), NewCallCheck());
}

absl::Status Security::OpenFiles() {
  const MutexLock lock(files_mutex_);
  std::vector<std::filesystem::path> tls = {options_.tls_certificate, options_.tls_key};
  if (!options_.tls_client_ca.empty()) tls.push_back(options_.tls_client_ca);
  files_.emplace_back("certificate", std::move(tls),
                      [this](const auto& contents) { return TakeCertificates(contents); });
  if (!options_.token_keys.empty()) {
    files_.emplace_back("token keys", std::vector{options_.token_keys},
                        [this](const auto& contents) { return TakeKeys(contents); });
  }
  if (!options_.policy.empty()) {
    files_.emplace_back("policy", std::vector{options_.policy},
                        [this](const auto& contents) { return TakePolicy(contents); });
  }
  for (WatchedFiles& files : files_) {
    const absl::Status taken = *files.Look();
    if (taken.ok()) continue;
    return Error(absl::StatusCode::kInvalidArgument, ReasonOf(taken),
                 fmt::format("the {} cannot be used: {}", files.name(), Words(taken)));
  }
  return absl::OkStatus();
}

absl::Status Security::TakeCertificates(const std::vector<std::string>& contents) {
  Certificates read{contents[0], contents[1], contents.size() > 2 ? contents[2] : "", {}};
  // An empty file of CAs must not mean that nobody is asked.
  if (contents.size() > 2 && read.client_ca.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_CERTIFICATE",
                 "the file of the client CA is empty");
  }
  ASSIGN_OR_RETURN(Certificates checked, CheckCertificates(std::move(read), clock_.Now()));
  const absl::Time expires = checked.expire_time;
  if (certificates_ == nullptr) {
    certificates_ = std::make_unique<CertificateStore>(std::move(checked));
  } else {
    certificates_->Set(std::move(checked));
  }
  sink_({false,
         "certificate in use",
         {{"expires", absl::FormatTime(absl::RFC3339_sec, expires, absl::UTCTimeZone())},
          {"days", std::to_string((expires - clock_.Now()) / absl::Hours(24))}}});
  return absl::OkStatus();
}

absl::Status Security::TakeKeys(const std::vector<std::string>& contents) {
  ASSIGN_OR_RETURN(TokenKeys keys, TokenKeys::Parse(contents[0]));
  sink_({false, "token keys in use", {{"keys", std::to_string(keys.size())}}});
  gatekeeper_->SetKeys(std::move(keys));
  return absl::OkStatus();
}

absl::Status Security::TakePolicy(const std::vector<std::string>& contents) {
  ASSIGN_OR_RETURN(Policy policy, Policy::Parse(contents[0]));
  sink_({false,
         "policy in use",
         {{"roles", std::to_string(policy.roles())},
          {"principals", std::to_string(policy.principals())}}});
  gatekeeper_->SetPolicy(std::move(policy));
  return absl::OkStatus();
}

void Security::Reload() {
  const MutexLock lock(files_mutex_);
  for (WatchedFiles& files : files_) {
    const std::optional<absl::Status> taken = files.Look();
    if (!taken.has_value() || taken->ok()) continue;
    sink_({true,
           fmt::format("a new {} cannot be used; the last good one stays", files.name()),
           {{"cause", Words(*taken)}}});
  }
  TellExpiry();
  if (gatekeeper_ != nullptr) gatekeeper_->Flush();
}

void Security::TellExpiry() {
  const absl::Time now = clock_.Now();
  const absl::Duration left = certificates_->expire_time() - now;
  if (left > kExpiryWarning || now < next_expiry_notice_) return;
  next_expiry_notice_ = now + absl::Hours(24);
  sink_(
      {true,
       left > absl::ZeroDuration() ? "the certificate expires soon" : "the certificate has expired",
       {{"days", std::to_string(left / absl::Hours(24))}}});
}

void Security::Watch() {
  NameThread("chip-security");
  while (true) {
    {
      const auto next =
          std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.reload_interval);
      const MutexLock lock(mutex_);
      while (!closed_ && wake_.WaitUntil(mutex_, next)) {
      }
      if (closed_) return;
    }
    Reload();
  }
}

}  // namespace chipline::security
