#ifndef CHIPLINE_SERVICES_CLI_JSON_SCALAR_H_
#define CHIPLINE_SERVICES_CLI_JSON_SCALAR_H_

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

// One value of JSON that is neither an object nor a list, as Protobuf's mapping has it, but without
// ever rounding a number.
namespace chipline::cli {

enum class JsonKind { kString, kNumber, kBool };

struct JsonScalar {
  JsonKind kind;
  // A string without its quotation marks and escapes; a number as it was written; true or false.
  std::string_view text;
};

// Puts the value into the field, or adds it to a repeated one. What is wrong with it, in words;
// empty if nothing is.
std::string SetScalar(const google::protobuf::FieldDescriptor& field, const JsonScalar& value,
                      google::protobuf::Message& message);

// What the field wants: "a whole number", "an object {…}".
std::string WantedBy(const google::protobuf::FieldDescriptor& field);

// Whether a message is one that JSON has a string for, such as a time.
bool IsTextInJson(const google::protobuf::Descriptor& type);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_JSON_SCALAR_H_
