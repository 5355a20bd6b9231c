#ifndef CHIPLINE_SERVICES_HTTP_ORIGIN_H_
#define CHIPLINE_SERVICES_HTTP_ORIGIN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/http/message.h"

namespace chipline::http {

// Which pages of browsers may call.
struct OriginRules {
  // Origins besides the listener's own, for example https://console.example.org.
  std::vector<std::string> allowed;
  // Nobody is asked for credentials and only this machine is listened to. Then Host must be
  // localhost or an address: any other name is one that a web page made to point here (DNS
  // rebinding), in the browser of somebody who may reach the listener.
  bool loopback = false;
};

// Whether text is an origin as browsers send it: http:// or https://, a host, and perhaps a port.
bool IsOrigin(std::string_view text);

// A response to a request that must not reach a handler: one that a page of another origin sent, or
// that goes to a foreign name; or the answer to a browser's question whether it may call. None: go
// on.
std::optional<Response> CheckOrigin(const OriginRules& rules, const RequestHead& head);

// What the answers to a request that CheckOrigin passed tell the browser.
Fields OriginFields(const OriginRules& rules, const RequestHead& head);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_ORIGIN_H_
