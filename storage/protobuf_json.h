#ifndef CHIPLINE_STORAGE_PROTOBUF_JSON_H_
#define CHIPLINE_STORAGE_PROTOBUF_JSON_H_

#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace chipline {

// Reads Protobuf JSON into `message`; unknown fields are refused. INVALID_ARGUMENT, with the
// library's words, if the text is no such message, which then is not to be used. The one way to
// read JSON that comes from outside: while protobuf 3.21 says what is wrong with a text, it may
// take two strings that happen to lie side by side in memory for one that overlaps itself
// (StrAppend in its strutil.cc) and throw its FatalException, which would end the program.
absl::Status ReadProtobufJson(std::string_view text, google::protobuf::Message& message);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_PROTOBUF_JSON_H_
