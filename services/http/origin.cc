#include "services/http/origin.h"

#include <algorithm>

#include "absl/strings/match.h"

#include <boost/asio/ip/address.hpp>

namespace chipline::http {
namespace {

// Without the port; an IPv6 address without its brackets.
std::string_view HostName(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.rfind(':'));
}

bool IsThisMachine(std::string_view host) {
  const std::string name(HostName(host));
  if (absl::EqualsIgnoreCase(name, "localhost")) return true;
  boost::system::error_code failed;
  boost::asio::ip::make_address(name, failed);
  return !failed;
}

bool IsAllowed(const OriginRules& rules, std::string_view origin) {
  return std::find(rules.allowed.begin(), rules.allowed.end(), origin) != rules.allowed.end();
}

// A page that this listener served.
bool IsOwn(std::string_view origin, std::string_view host) {
  return origin.ends_with(host) && origin.substr(0, origin.size() - host.size()).ends_with("://");
}

}  // namespace

bool IsOrigin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = text.substr(scheme.size());
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             std::string_view("-.:[]").find(c) != std::string_view::npos;
    });
  }
  return false;
}

std::optional<Response> CheckOrigin(const OriginRules& rules, const RequestHead& head) {
  const std::string_view host = ValueOf(head.fields, "host");
  if (rules.loopback && !host.empty() && !IsThisMachine(host)) {
    return TextResponse(403,
                        "this listener asks for no credentials, so it answers only to localhost "
                        "and to addresses, not to a name");
  }
  const std::string_view origin = ValueOf(head.fields, "origin");
  if (origin.empty()) return std::nullopt;
  const bool allowed = IsAllowed(rules, origin);
  if (!allowed && !IsOwn(origin, host)) {
    return TextResponse(403, "pages of this origin may not call; --http-cors lets them");
  }
  if (head.method != "OPTIONS" || !allowed) return std::nullopt;
  Response response;
  response.status = 204;
  response.fields = {
      {"Access-Control-Allow-Methods", "GET, POST"},
      {"Access-Control-Allow-Headers",
       "Authorization, Connect-Accept-Encoding, Connect-Content-Encoding, "
       "Connect-Protocol-Version, Connect-Timeout-Ms, Content-Encoding, Content-Type, Traceparent, "
       "X-User-Agent"},
      {"Access-Control-Max-Age", "7200"}};
  return response;
}

Fields OriginFields(const OriginRules& rules, const RequestHead& head) {
  if (rules.allowed.empty()) return {};
  const std::string_view origin = ValueOf(head.fields, "origin");
  if (!IsAllowed(rules, origin)) return {{"Vary", "Origin"}};
  return {{"Vary", "Origin"}, {"Access-Control-Allow-Origin", std::string(origin)}};
}

}  // namespace chipline::http
