#include "storage/subject_pattern.h"

#include <algorithm>
#include <cstddef>

namespace chipline::storage {
namespace {

constexpr size_t kMaxTokenBytes = 64;

bool IsTokenCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
}

bool IsToken(std::string_view token) {
  return !token.empty() && token.size() <= kMaxTokenBytes &&
         std::all_of(token.begin(), token.end(), IsTokenCharacter);
}

// Takes the first token off `rest`; `more` tells whether a dot followed it.
std::string_view TakeToken(std::string_view& rest, bool& more) {
  const size_t dot = rest.find('.');
  more = dot != std::string_view::npos;
  const std::string_view token = rest.substr(0, dot);
  rest = more ? rest.substr(dot + 1) : std::string_view();
  return token;
}

}  // namespace

bool IsSubject(std::string_view subject) {
  for (bool more = true; more;) {
    if (!IsToken(TakeToken(subject, more))) return false;
  }
  return true;
}

bool IsSubjectPattern(std::string_view pattern) {
  for (bool more = true; more;) {
    const std::string_view token = TakeToken(pattern, more);
    if (token == ">") return !more;
    if (token != "*" && !IsToken(token)) return false;
  }
  return true;
}

bool SubjectMatches(std::string_view pattern, std::string_view subject) {
  while (true) {
    bool more_pattern = false;
    bool more_subject = false;
    const std::string_view wanted = TakeToken(pattern, more_pattern);
    if (wanted == ">") return true;
    const std::string_view token = TakeToken(subject, more_subject);
    if (wanted != "*" && wanted != token) return false;
    if (more_pattern != more_subject) return false;
    if (!more_pattern) return true;
  }
}

bool PatternCovers(std::string_view wide, std::string_view narrow) {
  while (true) {
    bool more_wide = false;
    bool more_narrow = false;
    const std::string_view allowed = TakeToken(wide, more_wide);
    if (allowed == ">") return true;
    const std::string_view token = TakeToken(narrow, more_narrow);
    // One token never covers one or more.
    if (token == ">") return false;
    if (allowed != "*" && allowed != token) return false;
    if (more_wide != more_narrow) return false;
    if (!more_wide) return true;
  }
}

}  // namespace chipline::storage
