#include "services/http/metadata.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "grpc/grpc.h"
#include "grpc/slice.h"

#include "services/rpc/bridged_call.h"
#include "storage/error.h"

namespace chipline::http {
namespace {

constexpr std::array<std::string_view, 15> kOfHttp = {
    "connection", "cookie", "date",    "expect",  "host",       "keep-alive", "origin",
    "referer",    "te",     "trailer", "upgrade", "user-agent", "via",        "transfer-encoding",
    kBridgeKey};
constexpr std::array<std::string_view, 6> kOfHttpPrefixes = {"accept", "connect-", "content-",
                                                             "grpc-",  "proxy-",   "sec-"};

bool IsOfHttp(std::string_view name) {
  return std::find(kOfHttp.begin(), kOfHttp.end(), name) != kOfHttp.end() ||
         std::any_of(kOfHttpPrefixes.begin(), kOfHttpPrefixes.end(),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

// gRPC ends the program over metadata that it calls illegal.
bool IsLegal(const std::string& name, const std::string& value) {
  const grpc_slice key = grpc_slice_from_static_buffer(name.data(), name.size());
  if (grpc_header_key_is_legal(key) == 0) return false;
  if (grpc_is_binary_header(key) != 0) return true;
  return grpc_header_nonbin_value_is_legal(
             grpc_slice_from_static_buffer(value.data(), value.size())) != 0;
}

}  // namespace

absl::Status AddMetadata(const Fields& fields, grpc::ClientContext& context) {
  for (const auto& [name, value] : fields) {
    if (IsOfHttp(name)) continue;
    std::string bytes = value;
    const bool read = !name.ends_with("-bin") || absl::Base64Unescape(value, &bytes);
    if (!read || !IsLegal(name, bytes)) {
      return BadFieldError(name, "has bytes that the metadata of a call cannot have");
    }
    context.AddMetadata(name, bytes);
  }
  return absl::OkStatus();
}

Fields FieldsOf(const Metadata& metadata) {
  Fields fields;
  for (const auto& [key, value] : metadata) {
    std::string name(key.data(), key.size());
    if (IsOfHttp(name)) continue;
    std::string text(value.data(), value.size());
    if (name.ends_with("-bin")) text = absl::Base64Escape(text);
    fields.emplace_back(std::move(name), std::move(text));
  }
  return fields;
}

}  // namespace chipline::http
