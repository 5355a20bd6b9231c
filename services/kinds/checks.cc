#include "services/kinds/checks.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

#include "fmt/format.h"
#include "services/kinds/field_limits.h"
#include "services/values/fold_key.h"
#include "storage/limits.h"
#include "storage/unknown_fields.h"

namespace chipline::kinds {
namespace {

constexpr size_t kMaxQuotedBytes = 64;
constexpr size_t kMaxSubtagBytes = 8;

bool IsPrintable(char c) { return c >= 0x21 && c <= 0x7e; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsLetterOrDigit(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

bool IsLanguageTag(std::string_view tag) {
  if (tag.size() > limits::kMaxLanguageBytes) return false;
  for (size_t from = 0;;) {
    const size_t hyphen = std::min(tag.find('-', from), tag.size());
    const std::string_view subtag = tag.substr(from, hyphen - from);
    if (subtag.empty() || subtag.size() > kMaxSubtagBytes) return false;
    if (!std::all_of(subtag.begin(), subtag.end(), IsLetterOrDigit)) return false;
    if (from == 0 && (subtag.size() < 2 || !std::all_of(subtag.begin(), subtag.end(), IsLetter))) {
      return false;
    }
    if (hyphen == tag.size()) return true;
    from = hyphen + 1;
  }
}

// The named values of an enum, without the one for "not said".
std::string AllowedValues(const google::protobuf::EnumDescriptor& type) {
  std::string names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    if (!names.empty()) names.append(", ");
    names.append(type.value(i)->name());
  }
  return names;
}

}  // namespace

std::string Quoted(std::string_view text) {
  size_t size = std::min(text.size(), kMaxQuotedBytes);
  // Not in the middle of a character.
  while (size > 0 && size < text.size() && (text[size] & 0xc0) == 0x80) --size;
  const absl::string_view shown(text.data(), size);
  return fmt::format("\"{}{}\"",
                     IsValidUtf8(text) ? absl::Utf8SafeCEscape(shown) : absl::CHexEscape(shown),
                     size < text.size() ? "…" : "");
}

void CheckText(const std::string& text, size_t max_bytes, const FieldPath& path, Review& review) {
  if (text.size() <= max_bytes) return;
  review.Report(path, fmt::format("is {} bytes; at most {}; shorten it", text.size(), max_bytes));
}

void RequireText(const std::string& text, size_t max_bytes, const FieldPath& path, Review& review) {
  if (text.empty()) {
    review.Report(path, fmt::format("is missing; 1 to {} bytes are required", max_bytes));
    return;
  }
  CheckText(text, max_bytes, path, review);
}

void CheckPrintable(const std::string& text, size_t max_bytes, const FieldPath& path,
                    Review& review) {
  if (text.empty()) {
    review.Report(path,
                  fmt::format("is missing; 1 to {} printable ASCII characters (0x21 to 0x7e) are "
                              "required",
                              max_bytes));
    return;
  }
  if (text.size() <= max_bytes && std::all_of(text.begin(), text.end(), IsPrintable)) return;
  review.Report(path, fmt::format("is {} of {} bytes; allowed are 1 to {} printable ASCII "
                                  "characters (0x21 to 0x7e), without spaces",
                                  Quoted(text), text.size(), max_bytes));
}

void CheckEventId(const std::string& id, const FieldPath& path, Review& review) {
  CheckPrintable(id, limits::kMaxEventIdBytes, path, review);
}

void CheckLanguage(const std::string& language, const FieldPath& path, Review& review) {
  if (language.empty() || IsLanguageTag(language)) return;
  review.Report(path, fmt::format("is {}; allowed is a BCP 47 language tag such as ar or "
                                  "zh-Hans, at most {} bytes; leave it out if not known",
                                  Quoted(language), limits::kMaxLanguageBytes));
}

void CheckConditions(const google::protobuf::RepeatedPtrField<std::string>& conditions,
                     const FieldPath& parent, Review& review) {
  if (conditions.empty()) return;
  CheckCount(conditions.size(), 0, limits::kMaxConditions, parent / "conditions", review);
  for (int i = 0; i < conditions.size(); ++i) {
    RequireText(conditions[i], limits::kMaxTextBytes, parent.At("conditions", i), review);
  }
}

void CheckScopeText(const std::string& text, const FieldPath& path, Review& review) {
  CheckText(text, limits::kMaxTextBytes, path, review);
}

void CheckCount(int count, int min, int max, const FieldPath& path, Review& review) {
  if (count < min) {
    review.Report(path, count == 0
                            ? fmt::format("is empty; {} to {} values are required", min, max)
                            : fmt::format("has {} values; {} to {} are required", count, min, max));
  } else if (count > max) {
    review.Report(path, fmt::format("has {} values; at most {} are allowed", count, max));
  }
}

void ReportMissing(const FieldPath& path, std::string_view what_to_do, Review& review) {
  review.Report(path, fmt::format("is missing; it is required: {}", what_to_do));
}

void ReportUnknownFields(const google::protobuf::UnknownFieldSet& fields, const FieldPath& path,
                         Review& review) {
  AddUnknownFields(fields, review.violations.full() ? std::string() : path.ToString(),
                   review.violations);
}

void ReportEnum(const google::protobuf::EnumDescriptor& type, int number, const FieldPath& path,
                Review& review) {
  review.Report(
      path, number == 0 ? fmt::format("is missing; set one of {}", AllowedValues(type))
                        : fmt::format("is {}, which is no {} that this server knows; set one of {}",
                                      number, std::string(type.name()), AllowedValues(type)));
}

}  // namespace chipline::kinds
