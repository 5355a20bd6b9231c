#include "services/words/enum_words.h"

#include <cctype>

#include "google/protobuf/descriptor.h"

namespace chipline {
namespace {

using google::protobuf::EnumDescriptor;

// What every value's name starts with: the enum's own in capitals, as buf's STANDARD rules ask. The
// unspecified value is the prefix and "UNSPECIFIED".
size_t PrefixLength(const EnumDescriptor& type) {
  constexpr std::string_view kUnspecified = "UNSPECIFIED";
  return type.value(0)->name().size() - kUnspecified.size();
}

std::string Lowered(std::string_view name, char separator) {
  std::string result;
  for (const char c : name) {
    result += c == '_' ? separator : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

}  // namespace

std::string EnumWordsOf(const EnumDescriptor& type, int number) {
  if (number == 0) return "";
  const auto* value = type.FindValueByNumber(number);
  if (value == nullptr) return std::to_string(number);
  std::string words = Lowered(std::string_view(value->name()).substr(PrefixLength(type)), ' ');
  if (words.starts_with("ai") && (words.size() == 2 || words[2] == ' ')) words.replace(0, 2, "AI");
  return words;
}

std::vector<std::string> EnumFlagNames(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {
    names.push_back(
        Lowered(std::string_view(type.value(i)->name()).substr(PrefixLength(type)), '-'));
  }
  return names;
}

int EnumFromFlagName(const EnumDescriptor& type, std::string_view name) {
  const std::vector<std::string> names = EnumFlagNames(type);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return type.value(static_cast<int>(i) + 1)->number();
  }
  return -1;
}

}  // namespace chipline
