#ifndef CHIPLINE_STORAGE_UNKNOWN_FIELDS_H_
#define CHIPLINE_STORAGE_UNKNOWN_FIELDS_H_

#include <string_view>

#include "google/protobuf/unknown_field_set.h"

#include "storage/violations.h"

namespace chipline {

// Adds a violation for each number among the fields of the message at `path` that the program does
// not know.
void AddUnknownFields(const google::protobuf::UnknownFieldSet& fields, std::string_view path,
                      Violations& bad);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_UNKNOWN_FIELDS_H_
