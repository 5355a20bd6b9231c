#ifndef CHIPLINE_SERVICES_CLI_JSON_SYNTAX_H_
#define CHIPLINE_SERVICES_CLI_JSON_SYNTAX_H_

#include <rapidjson/error/error.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace chipline::cli {

// Why a text is no JSON (RFC 8259), found at this byte of it, and what to write in its place.
std::string SyntaxWords(rapidjson::ParseErrorCode code, std::string_view text, size_t offset);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_JSON_SYNTAX_H_
