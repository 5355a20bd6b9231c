#ifndef CHIPLINE_SERVICES_CLI_JSON_H_
#define CHIPLINE_SERVICES_CLI_JSON_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace chipline::cli {

// A message as Protobuf JSON on one line, without the newline. Field names in lowerCamelCase,
// 64-bit numbers as strings, enums by name, fields at their default left out: what `protojson`
// gives in every language when nothing is asked of it. What must not reach a screen as it is
// (services/words/visible_text.h) stands in it as \u escapes.
std::string JsonLine(const google::protobuf::Message& message);

// What is wrong with a text, and where.
struct JsonProblem {
  // From 1, in bytes; 0: not known.
  size_t column = 0;
  std::string message;
};

// Reads Protobuf JSON (either spelling of field names) into `message`. Strict: what RFC 8259 does
// not have is refused, and so are unknown fields and names, keys given twice, two members of a
// oneof, numbers that are not whole or would be rounded where a whole one is due, and values of
// another kind than the field's, such as a number in the place of a string. Maps, Any, Struct and
// bytes cannot be read; no event has one. False: `problem` says what is wrong, where, and what to
// write in its place, and `message` is not to be used.
bool ParseJson(std::string_view text, google::protobuf::Message& message, JsonProblem& problem);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_JSON_H_
