#ifndef CHIPLINE_SERVICES_WORDS_ENUM_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_ENUM_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/generated_enum_reflection.h"

namespace chipline {

// CAPEX_SCOPE_AI_CHIPS as "AI chips": the name without its enum's prefix, in lower case but for AI
// and the like. Empty for the unspecified value; the number for one this program does not know.
std::string EnumWordsOf(const google::protobuf::EnumDescriptor& type, int number);

template <typename Enum>
std::string EnumWords(Enum value) {
  return EnumWordsOf(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

// The same for flags: "ai-chips", without the unspecified value.
std::vector<std::string> EnumFlagNames(const google::protobuf::EnumDescriptor& type);
// The number that a flag name stands for, or -1.
int EnumFromFlagName(const google::protobuf::EnumDescriptor& type, std::string_view name);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_ENUM_WORDS_H_
