#include "services/security/identity.h"

#include <algorithm>
#include <string_view>

#include "grpc/grpc_security_constants.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::security {
namespace {

struct Kind {
  const char* property;
  const char* prefix;
  std::string_view words;
  // URIs and DNS names are; a common name may be in any language.
  bool ascii;
};

constexpr Kind kKinds[] = {{GRPC_PEER_URI_PROPERTY_NAME, "uri:", "URI", true},
                           {GRPC_PEER_DNS_PROPERTY_NAME, "dns:", "DNS name", true},
                           {GRPC_X509_CN_PROPERTY_NAME, "cn:", "common name", false}};

bool IsName(std::string_view value, bool ascii) {
  const auto allowed = [ascii](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte != 0x7f && (ascii ? byte > 0x20 && byte < 0x7f : byte >= 0x20);
  };
  return !value.empty() && value.size() <= limits::kMaxPrincipalBytes &&
         std::all_of(value.begin(), value.end(), allowed);
}

}  // namespace

PeerProperties PropertiesOf(const std::multimap<std::string, std::string>& values) {
  return [&values](const char* name) {
    std::vector<std::string> found;
    const auto [begin, end] = values.equal_range(name);
    for (auto each = begin; each != end; ++each) found.push_back(each->second);
    return found;
  };
}

absl::StatusOr<Identity> PeerIdentity(const PeerProperties& properties) {
  for (const Kind& kind : kKinds) {
    const std::vector<std::string> values = properties(kind.property);
    if (values.empty()) continue;
    Identity identity;
    for (const std::string& value : values) {
      if (!IsName(value, kind.ascii)) {
        return Error(
            absl::StatusCode::kUnauthenticated, "CERTIFICATE_NAME_INVALID",
            fmt::format("the client certificate has a {} of {} bytes that is empty, longer "
                        "than {} bytes, or has characters that no name has; use another "
                        "certificate",
                        kind.words, value.size(), limits::kMaxPrincipalBytes));
      }
      identity.names.push_back(kind.prefix + value);
    }
    identity.principal = identity.names.front();
    return identity;
  }
  return Error(
      absl::StatusCode::kUnauthenticated, "NO_CREDENTIALS",
      "nobody is named: give a client certificate with a URI, a DNS name or a common name, "
      "or a bearer token");
}

}  // namespace chipline::security
