#ifndef CHIPLINE_SERVICES_RPC_BASE64URL_H_
#define CHIPLINE_SERVICES_RPC_BASE64URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace chipline {

// Reads base64url without padding (RFC 4648, section 5). Nothing if the text is not exactly what
// encoding its bytes gives: also not with padding or spaces, or with bits set in the last character
// that stand for no byte. So no two texts are read as the same bytes.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_BASE64URL_H_
