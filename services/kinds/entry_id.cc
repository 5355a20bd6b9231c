#include "services/kinds/entry_id.h"

#include <algorithm>

namespace chipline::kinds {
namespace {

void AppendEscaped(std::string_view text, std::string* id) {
  for (size_t special = text.find_first_of("/%"); special != std::string_view::npos;
       special = text.find_first_of("/%")) {
    id->append(text.substr(0, special));
    id->append(text[special] == '/' ? "%2F" : "%25");
    text.remove_prefix(special + 1);
  }
  id->append(text);
}

}  // namespace

void AppendWord(std::string_view enum_name, std::string_view prefix, std::string* id) {
  for (const char c : enum_name.substr(std::min(prefix.size(), enum_name.size()))) {
    *id += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
}

void AppendPart(std::string_view text, std::string* id) {
  if (text.empty()) {
    *id += '-';
  } else if (text == "-") {
    *id += "%2D";
  } else {
    AppendEscaped(text, id);
  }
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (&text != &texts[0]) joined += '+';
    joined += text;
  }
  return joined;
}

void AppendFurther(std::string_view name, std::string_view value, std::string* id) {
  if (value.empty()) return;
  *id += '/';
  id->append(name);
  *id += '=';
  AppendPart(value, id);
}

}  // namespace chipline::kinds
