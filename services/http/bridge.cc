#include "services/http/bridge.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

#include "services/http/bounds.h"
#include "services/http/bridged_exchange.h"

namespace chipline::http {
namespace {

// /PACKAGE.SERVICE/METHOD, and no other way to write it.
bool IsRpcPath(std::string_view path) {
  const size_t slash = path.find('/', 1);
  if (!path.starts_with('/') || slash == std::string_view::npos || slash == 1 ||
      slash + 1 == path.size()) {
    return false;
  }
  const std::string_view service = path.substr(1, slash - 1);
  const std::string_view method = path.substr(slash + 1);
  const auto in_name = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  return std::all_of(service.begin(), service.end(),
                     [&](char c) { return c == '.' || in_name(c); }) &&
         service.find('.') != std::string_view::npos &&
         std::all_of(method.begin(), method.end(), in_name);
}

}  // namespace

std::shared_ptr<Exchange> Bridge::Find(RequestHead head, std::shared_ptr<Responder> responder) {
  if (!IsRpcPath(head.path)) return nullptr;
  return std::make_shared<BridgedExchange>(*this, std::move(head), std::move(responder));
}

std::shared_ptr<const void> Bridge::TakeTurn() {
  if (calls_.fetch_add(1) >= bounds::kCalls) {
    calls_.fetch_sub(1);
    return nullptr;
  }
  return {this, [this](const void*) { calls_.fetch_sub(1); }};
}

}  // namespace chipline::http
