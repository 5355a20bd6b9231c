#include "services/values/subject_token.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_join.h"

#include "services/values/sha256.h"

namespace chipline {
namespace {

constexpr size_t kMaxTokenBytes = 64;
constexpr size_t kHashDigits = 16;
constexpr size_t kMaxSlugBytes = kMaxTokenBytes - 1 - kHashDigits;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Its runs of letters and digits, lowered and joined by -; empty if it has none or is not ASCII.
std::string Slug(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return "";
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (IsLowerOrDigit(lower)) {
      slug.push_back(lower);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  slug.resize(std::min(slug.size(), kMaxSlugBytes));
  if (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

std::string HashForm(std::string_view prefix, std::string_view text) {
  std::string token(prefix);
  token.push_back('-');
  token.append(Sha256Hex(text), 0, kHashDigits);
  return token;
}

bool IsToken(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLowerOrDigit(c) || c == '-' || c == '+'; });
}

}  // namespace

std::string SubjectToken(std::string_view fold_key) {
  if (IsEntityId(fold_key)) return std::string(fold_key);
  const std::string slug = Slug(fold_key);
  return HashForm(slug.empty() ? "x" : slug, fold_key);
}

std::string JoinTokens(std::vector<std::string> tokens) {
  if (tokens.size() == 1 && tokens[0].size() <= kMaxTokenBytes) return std::move(tokens[0]);
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  std::string joined = absl::StrJoin(tokens, "+");
  return joined.size() <= kMaxTokenBytes ? joined : HashForm("x", joined);
}

bool IsEntityId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

bool IsSubject(std::string_view text) {
  if (text.size() > kMaxSubjectBytes) return false;
  for (size_t from = 0;;) {
    const size_t dot = text.find('.', from);
    if (dot == std::string_view::npos) return IsToken(text.substr(from));
    if (!IsToken(text.substr(from, dot - from))) return false;
    from = dot + 1;
  }
}

}  // namespace chipline
