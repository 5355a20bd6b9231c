#ifndef CHIPLINE_SERVICES_KINDS_ENTRY_ID_H_
#define CHIPLINE_SERVICES_KINDS_ENTRY_ID_H_

#include <string>
#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"

namespace chipline::kinds {

// The parts of an entry's id. Ids are made for every event of a log, so parts are appended in
// place.

// AI_CHIPS without its prefix becomes ai-chips.
void AppendWord(std::string_view enum_name, std::string_view prefix, std::string* id);

// A part in which '/' and '%' are escaped. A dash stands for nothing, so a dash that means itself
// is escaped.
void AppendPart(std::string_view text, std::string* id);

// /name=value, unless the value is empty.
void AppendFurther(std::string_view name, std::string_view value, std::string* id);

// Joined by +.
std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_ENTRY_ID_H_
