#include "services/rpc/base64url.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace chipline {

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &bytes) ||
      absl::WebSafeBase64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace chipline
