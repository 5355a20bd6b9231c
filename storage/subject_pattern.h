#ifndef CHIPLINE_STORAGE_SUBJECT_PATTERN_H_
#define CHIPLINE_STORAGE_SUBJECT_PATTERN_H_

#include <string_view>

namespace chipline::storage {

// Subjects are tokens [a-z0-9+-]{1,64} joined by dots. In a pattern a token may be *, which stands
// for any one token, and the last may be >, which stands for one or more.
bool IsSubject(std::string_view subject);
bool IsSubjectPattern(std::string_view pattern);

// Whether a subject fits a pattern. Both must be well-formed.
bool SubjectMatches(std::string_view pattern, std::string_view subject);

// Whether every subject that fits `narrow` fits `wide`. Both must be well-formed patterns.
bool PatternCovers(std::string_view wide, std::string_view narrow);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_SUBJECT_PATTERN_H_
