#ifndef CHIPLINE_SERVICES_KINDS_CHECKS_H_
#define CHIPLINE_SERVICES_KINDS_CHECKS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/unknown_field_set.h"

#include "services/kinds/date_bounds.h"
#include "services/kinds/field_path.h"
#include "services/values/fold_keys.h"
#include "storage/violations.h"

// The checks that every kind of event is made of. Each adds a violation under the path it is given
// and returns nothing: what is wrong with one field never hides what is wrong with the next.
namespace chipline::kinds {

// What the checks of one request share.
struct Review {
  // A path becomes text only if the violation is listed.
  void Report(const FieldPath& path, std::string_view description) {
    violations.Add(violations.full() ? std::string() : path.ToString(), description);
  }

  Violations violations;
  FoldKeys fold_keys;
  DateBounds date_bounds;
};

// The text in quotes for a message: cut to 64 bytes, and with nothing unprintable in it.
std::string Quoted(std::string_view text);

// The text must be at most so many bytes.
void CheckText(const std::string& text, size_t max_bytes, const FieldPath& path, Review& review);
// The same, and it must be there.
void RequireText(const std::string& text, size_t max_bytes, const FieldPath& path, Review& review);

// 1 to `max_bytes` printable ASCII characters without spaces, 0x21 to 0x7e.
void CheckPrintable(const std::string& text, size_t max_bytes, const FieldPath& path,
                    Review& review);
// An event_id: 1 to 64 of the same.
void CheckEventId(const std::string& id, const FieldPath& path, Review& review);

// Empty, or a language tag of BCP 47 by its form: subtags of 1 to 8 letters and digits joined by
// hyphens, the first of 2 to 8 letters. By hand: ICU's parser takes microseconds and builds a
// locale, and whether a language exists does not matter here.
void CheckLanguage(const std::string& language, const FieldPath& path, Review& review);

// At most limits::kMaxConditions texts.
void CheckConditions(const google::protobuf::RepeatedPtrField<std::string>& conditions,
                     const FieldPath& parent, Review& review);

// The fields named "conditions" and "scope_text", which every payload has.
template <typename Payload>
void CheckWording(const Payload& payload, const FieldPath& path, Review& review);

// A repeated field must hold min to max values.
void CheckCount(int count, int min, int max, const FieldPath& path, Review& review);

// A message that must be there is not.
void ReportMissing(const FieldPath& path, std::string_view what_to_do, Review& review);

// The message may hold no field that this server does not know: it could not be shown or checked.
void ReportUnknownFields(const google::protobuf::UnknownFieldSet& fields, const FieldPath& path,
                         Review& review);
template <typename Message>
void CheckKnownFields(const Message& message, const FieldPath& path, Review& review) {
  // Looked up once for each type: the virtual call costs more than the check.
  static const google::protobuf::Reflection& reflection =
      *Message::default_instance().GetReflection();
  const auto& unknown = reflection.GetUnknownFields(message);
  if (!unknown.empty()) ReportUnknownFields(unknown, path, review);
}

void ReportEnum(const google::protobuf::EnumDescriptor& type, int number, const FieldPath& path,
                Review& review);
// The enum must be a value that this server knows; 0, which is "not said", is one.
// `is_known` is the generated …_IsValid.
template <bool (*is_known)(int), typename Enum>
void CheckEnum(Enum value, const FieldPath& path, Review& review) {
  if (!is_known(value)) {
    ReportEnum(*google::protobuf::GetEnumDescriptor<Enum>(), value, path, review);
  }
}
// The same, and it must be said.
template <bool (*is_known)(int), typename Enum>
void RequireEnum(Enum value, const FieldPath& path, Review& review) {
  if (value == 0 || !is_known(value)) {
    ReportEnum(*google::protobuf::GetEnumDescriptor<Enum>(), value, path, review);
  }
}

// Implementation only below here.

void CheckScopeText(const std::string& text, const FieldPath& path, Review& review);

template <typename Payload>
void CheckWording(const Payload& payload, const FieldPath& path, Review& review) {
  CheckConditions(payload.conditions(), path, review);
  CheckScopeText(payload.scope_text(), path / "scope_text", review);
}

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CHECKS_H_
