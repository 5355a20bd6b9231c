#include "services/security/tls_credentials.h"

#include <optional>
#include <utility>
#include <vector>

#include "grpc/grpc.h"

#include "services/rpc/bridged_call.h"
#include "storage/check.h"

namespace chipline::security {
namespace {

grpc_ssl_client_certificate_request_type RequestType(ClientCertificate client) {
  switch (client) {
    case ClientCertificate::kNone:
      return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
    case ClientCertificate::kWelcome:
      return GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
    case ClientCertificate::kRequired:
      break;
  }
  return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
}

std::string_view TextOf(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

std::vector<std::string> PropertiesOf(const grpc_auth_context* context, const char* name) {
  std::vector<std::string> values;
  grpc_auth_property_iterator each = grpc_auth_context_find_properties_by_name(context, name);
  while (const grpc_auth_property* property = grpc_auth_property_iterator_next(&each)) {
    values.emplace_back(property->value, property->value_length);
  }
  return values;
}

}  // namespace

void CertificateStore::Set(Certificates certificates) {
  const MutexLock lock(mutex_);
  certificates_ = std::move(certificates);
  ++version_;
}

absl::Time CertificateStore::expire_time() const {
  const MutexLock lock(mutex_);
  return certificates_.expire_time;
}

std::optional<Certificates> CertificateStore::TakeNew() {
  const MutexLock lock(mutex_);
  if (std::exchange(taken_, version_) == version_) return std::nullopt;
  return certificates_;
}

std::pair<Certificates, uint64_t> CertificateStore::Get() const {
  const MutexLock lock(mutex_);
  return {certificates_, version_};
}

TlsCredentials::TlsCredentials(CertificateStore& store, ClientCertificate client, CallCheck check)
    : store_(store),
      credentials_(grpc_ssl_server_credentials_create_with_options(
          grpc_ssl_server_credentials_create_options_using_config_fetcher(RequestType(client),
                                                                          &Fetch, &store_))) {
  CHECK(credentials_ != nullptr);
  if (check == nullptr) return;
  // gRPC's credentials may live longer than these, so they own the check.
  grpc_auth_metadata_processor processor{};
  processor.process = &Process;
  processor.destroy = [](void* owned) {
    const std::unique_ptr<CallCheck> gone(static_cast<CallCheck*>(owned));
  };
  processor.state = std::make_unique<CallCheck>(std::move(check)).release();
  grpc_server_credentials_set_auth_metadata_processor(credentials_, processor);
}

TlsCredentials::~TlsCredentials() { grpc_server_credentials_release(credentials_); }

void TlsCredentials::SetAuthMetadataProcessor(
    const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) {
  CHECK(false);
}

int TlsCredentials::AddPortToServer(const std::string& address, grpc_server* server) {
  return grpc_server_add_http2_port(server, address.c_str(), credentials_);
}

grpc_ssl_certificate_config_reload_status TlsCredentials::Fetch(
    void* store, grpc_ssl_server_certificate_config** config) {
  const std::optional<Certificates> certificates = static_cast<CertificateStore*>(store)->TakeNew();
  if (!certificates.has_value()) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair{certificates->key.c_str(), certificates->chain.c_str()};
  // gRPC insists on CAs of clients even where it asks none of them for a certificate.
  const std::string& client_ca =
      certificates->client_ca.empty() ? certificates->chain : certificates->client_ca;
  *config = grpc_ssl_server_certificate_config_create(client_ca.c_str(), &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

void TlsCredentials::Process(void* check, grpc_auth_context* context, const grpc_metadata* metadata,
                             size_t count, grpc_process_auth_metadata_done_cb done, void* tag) {
  NewCall call;
  call.connection = context;
  Credentials& credentials = call.credentials;
  credentials.certificate =
      PeerIdentity([context](const char* name) { return PropertiesOf(context, name); });
  bool traced = false;
  bool authorized = false;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view key = TextOf(metadata[i].key);
    if (key == ":path") call.path = std::string(TextOf(metadata[i].value));
    if (key == kBridgeKey) credentials.forged = true;
    if (key == storage::Traceparent::kHeader) {
      // Of several, none counts.
      credentials.trace = std::exchange(traced, true)
                              ? storage::Traceparent()
                              : storage::Traceparent::Parse(TextOf(metadata[i].value));
    }
    if (key != "authorization") continue;
    // Also if one of them is empty.
    credentials.ambiguous = std::exchange(authorized, true);
    credentials.authorization = std::string(TextOf(metadata[i].value));
  }
  (*static_cast<const CallCheck*>(check))(std::move(call), [done, tag](const absl::Status& status) {
    const std::string message(status.message().data(), status.message().size());
    done(tag, nullptr, 0, nullptr, 0, static_cast<grpc_status_code>(status.code()),
         message.c_str());
  });
}

}  // namespace chipline::security
