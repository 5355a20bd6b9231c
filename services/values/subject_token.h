#ifndef CHIPLINE_SERVICES_VALUES_SUBJECT_TOKEN_H_
#define CHIPLINE_SERVICES_VALUES_SUBJECT_TOKEN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chipline {

// Subjects are tokens of [a-z0-9+-]{1,64} joined by dots; + joins the members of a group. These
// functions are pure, since every node must come to the same subject from the same Command.

// The token of a name that no alias covers, from its fold key alone (order numbers and the like may
// be given as they are). It always is [a-z0-9-]{1,64}, and names that differ get tokens that differ
// (but for a chance of one in 2^64):
//
//   [a-z0-9-]{1,64}            itself                                    nvidia
//   other ASCII                its runs of [a-z0-9] (capitals lowered)   amazon-com-inc-2a8f…
//                              joined by -, the first 47 bytes, then -
//                              and 16 hex digits of its SHA-256
//   all else, also the above   x- and 16 hex digits of its SHA-256       x-5d41402abc4b2a76
//   if there is no such run
std::string SubjectToken(std::string_view fold_key);

// The token of a group: its members' tokens sorted, each once, joined by +. Longer than 64 bytes,
// it is x- and 16 hex digits of the SHA-256 of that. Empty, which is no token, if there are no
// members.
std::string JoinTokens(std::vector<std::string> tokens);

// [a-z0-9-]{1,64}.
bool IsEntityId(std::string_view text);

// Tokens [a-z0-9+-]{1,64} joined by dots, at most kMaxSubjectBytes together.
inline constexpr size_t kMaxSubjectBytes = 256;
bool IsSubject(std::string_view text);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_SUBJECT_TOKEN_H_
