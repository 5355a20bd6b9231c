#include "services/security/tls_context.h"

#include <string_view>
#include <utility>

#include "grpc/grpc_security_constants.h"

#include "openssl/pem.h"
#include "openssl/x509v3.h"

namespace chipline::security {
namespace {

constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// Agrees on HTTP/1.1 with clients that name protocols, if they name it.
int ChooseProtocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, kHttp11, sizeof kHttp11, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool UseChain(SSL_CTX* context, std::string_view pem) {
  const BioPtr bio = ReadFrom(pem);
  bool first = true;
  while (CertificatePtr one{PEM_read_bio_X509(bio.get(), nullptr, NoPassPhrase, nullptr)}) {
    const auto taken = first ? SSL_CTX_use_certificate(context, one.get())
                             : SSL_CTX_add1_chain_cert(context, one.get());
    if (taken != 1) return false;
    first = false;
  }
  return !first;
}

bool UseKey(SSL_CTX* context, std::string_view pem) {
  const BioPtr bio = ReadFrom(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassPhrase, nullptr));
  return key != nullptr && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

// Whom to trust to sign clients' certificates, and whom clients are told of.
bool UseClientCa(SSL_CTX* context, std::string_view pem) {
  const BioPtr bio = ReadFrom(pem);
  while (CertificatePtr one{PEM_read_bio_X509(bio.get(), nullptr, NoPassPhrase, nullptr)}) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get()) != 1 ||
        SSL_CTX_add_client_CA(context, one.get()) != 1) {
      return false;
    }
  }
  return true;
}

TlsContextPtr NewContext(const Certificates& certificates, ClientCertificate client) {
  const ErrorQueue errors;
  TlsContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      !UseChain(context.get(), certificates.chain) || !UseKey(context.get(), certificates.key)) {
    return nullptr;
  }
  // A resumed session would bring a certificate that nobody looks at again.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_alpn_select_cb(context.get(), &ChooseProtocol, nullptr);
  if (client != ClientCertificate::kNone) {
    if (!UseClientCa(context.get(), certificates.client_ca)) return nullptr;
    const int required =
        client == ClientCertificate::kRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | required, nullptr);
  }
  return context;
}

// As gRPC reads them.
std::string TextOf(const ASN1_STRING* text) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, text);
  if (size < 0) return "";
  std::string result(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return result;
}

}  // namespace

TlsContextPtr TlsContexts::Current() {
  const auto [certificates, version] = store_.Get();
  if (version != version_) {
    context_ = NewContext(certificates, client_);
    version_ = context_ == nullptr ? 0 : version;
  }
  if (context_ == nullptr || SSL_CTX_up_ref(context_.get()) != 1) return nullptr;
  return TlsContextPtr(context_.get());
}

std::multimap<std::string, std::string> CertificateProperties(SSL* connection) {
  std::multimap<std::string, std::string> properties;
  const ErrorQueue errors;
  const CertificatePtr certificate(SSL_get1_peer_certificate(connection));
  if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return properties;
  const X509_NAME* subject = X509_get_subject_name(certificate.get());
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, at);
    properties.emplace(GRPC_X509_CN_PROPERTY_NAME, TextOf(X509_NAME_ENTRY_get_data(entry)));
  }
  const std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      properties.emplace(GRPC_PEER_DNS_PROPERTY_NAME, TextOf(name->d.dNSName));
    } else if (name->type == GEN_URI) {
      properties.emplace(GRPC_PEER_URI_PROPERTY_NAME, TextOf(name->d.uniformResourceIdentifier));
    }
  }
  return properties;
}

}  // namespace chipline::security
