#include "services/cli/json_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

#include "services/cli/nearest.h"

namespace chipline::cli {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Names of an enum that an error lists.
constexpr int kMostNames = 24;
// The longest whole number that any field holds, with its sign.
constexpr size_t kMostDigits = 20;
// Up to here a number with a point or an exponent is what it says also where a reader of JSON has
// doubles (2^53).
constexpr int64_t kExactDouble = int64_t{1} << 53;
// Of a value that an error repeats.
constexpr size_t kShownBytes = 60;

std::string Shown(const JsonScalar& value) {
  std::string text(value.text.substr(0, kShownBytes));
  if (value.text.size() > kShownBytes) text += "…";
  return value.kind == JsonKind::kString ? fmt::format("\"{}\"", text) : text;
}

std::string IsNot(const JsonScalar& value, const FieldDescriptor& field) {
  return fmt::format("{} is not {}", Shown(value), WantedBy(field));
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "-12", without a sign of plus, leading zeros, a point or an exponent.
bool IsPlainWhole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return IsDigits(text) && (text.size() == 1 || text.front() != '0');
}

// 1.0, 1.5e3: the same number as plain digits, or one as far out of any field's range; nullopt if
// it is not whole. `text` is a number of JSON.
std::optional<std::string> AsPlainWhole(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int64_t scale = 0;
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto [end, error] =
        std::from_chars(exponent.data(), exponent.data() + exponent.size(), scale);
    if (error != std::errc()) return std::nullopt;
    text = text.substr(0, e);
  }
  std::string digits;
  const size_t point = text.find('.');
  digits += text.substr(0, point);
  if (point != std::string_view::npos) {
    digits += text.substr(point + 1);
    scale -= static_cast<int64_t>(text.size() - point - 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  for (; digits.back() == '0'; ++scale) digits.pop_back();
  if (scale < 0) return std::nullopt;
  // More zeros make it no less out of range.
  digits.append(std::min(static_cast<size_t>(scale), kMostDigits), '0');
  return negative ? "-" + digits : digits;
}

template <typename Number>
std::string ReadPlain(std::string_view plain, const JsonScalar& value, Number& number) {
  const char* end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data(), end, number);
  if (error == std::errc() && stop == end) return "";
  return fmt::format("{} is out of range: from {} to {}", Shown(value),
                     std::numeric_limits<Number>::min(), std::numeric_limits<Number>::max());
}

// A whole number, in quotation marks or not. What is wrong, or nothing.
template <typename Number>
std::string ReadWhole(const FieldDescriptor& field, const JsonScalar& value, Number& number) {
  if (value.kind == JsonKind::kBool) return IsNot(value, field);
  if (IsPlainWhole(value.text)) return ReadPlain(value.text, value, number);
  if (value.kind == JsonKind::kString) return IsNot(value, field);
  const auto plain = AsPlainWhole(value.text);
  if (!plain) return IsNot(value, field);
  std::string problem = ReadPlain(*plain, value, number);
  int64_t exact = 0;
  const bool fits = ReadPlain(*plain, value, exact).empty();
  if (problem.empty() && (!fits || exact > kExactDouble || exact < -kExactDouble)) {
    return fmt::format(
        "{} would be rounded by many programs; write {}, without a point or exponent", Shown(value),
        *plain);
  }
  return problem;
}

std::string UnknownName(const EnumDescriptor& type, const JsonScalar& value) {
  std::vector<std::string> names;
  std::string list;
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& each = *type.value(i);
    // Unset, which every field is by being left out.
    if (each.number() == 0) continue;
    names.push_back(each.name());
    if (i <= kMostNames) list += (list.empty() ? "" : ", ") + each.name();
  }
  if (type.value_count() - 1 > kMostNames) {
    list += fmt::format(" and {} more", type.value_count() - 1 - kMostNames);
  }
  const std::string nearest = Nearest(value.text, names);
  return fmt::format("{} is no {};{} allowed are {}", Shown(value), type.name(),
                     nearest.empty() ? "" : fmt::format(" did you mean {}?", nearest), list);
}

std::string SetEnum(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  const EnumDescriptor& type = *field.enum_type();
  const EnumValueDescriptor* found = nullptr;
  if (value.kind == JsonKind::kString) {
    found = type.FindValueByName(std::string(value.text));
  } else if (int32_t number = 0; ReadWhole(field, value, number).empty()) {
    found = type.FindValueByNumber(number);
  }
  if (found == nullptr) return UnknownName(type, value);
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddEnum(&message, &field, found);
  } else {
    reflection.SetEnum(&message, &field, found);
  }
  return "";
}

std::string SetText(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  if (value.kind != JsonKind::kString) {
    return fmt::format("{}; write \"{}\"", IsNot(value, field), value.text.substr(0, kShownBytes));
  }
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddString(&message, &field, std::string(value.text));
  } else {
    reflection.SetString(&message, &field, std::string(value.text));
  }
  return "";
}

std::string SetDouble(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  double number = 0;
  if (value.kind == JsonKind::kBool ||
      !absl::SimpleAtod(absl::string_view(value.text.data(), value.text.size()), &number)) {
    return IsNot(value, field);
  }
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddDouble(&message, &field, number);
  } else {
    reflection.SetDouble(&message, &field, number);
  }
  return "";
}

std::string SetBool(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  if (value.kind != JsonKind::kBool) return IsNot(value, field);
  const bool yes = value.text == "true";
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    reflection.AddBool(&message, &field, yes);
  } else {
    reflection.SetBool(&message, &field, yes);
  }
  return "";
}

// A time or a duration.
std::string SetTime(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  using google::protobuf::Duration;
  using google::protobuf::Timestamp;
  using google::protobuf::util::TimeUtil;
  if (value.kind != JsonKind::kString || !IsTextInJson(*field.message_type())) {
    return IsNot(value, field);
  }
  const Reflection& reflection = *message.GetReflection();
  Message* part = field.is_repeated() ? reflection.AddMessage(&message, &field)
                                      : reflection.MutableMessage(&message, &field);
  const std::string text(value.text);
  bool read = false;
  if (field.message_type() == Timestamp::descriptor()) {
    Timestamp time;
    read = TimeUtil::FromString(text, &time);
    part->CopyFrom(time);
  } else {
    Duration duration;
    read = TimeUtil::FromString(text, &duration);
    part->CopyFrom(duration);
  }
  return read ? "" : IsNot(value, field);
}

}  // namespace

bool IsTextInJson(const google::protobuf::Descriptor& type) {
  return &type == google::protobuf::Timestamp::descriptor() ||
         &type == google::protobuf::Duration::descriptor();
}

std::string WantedBy(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return "a string in quotation marks";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "a name of " + field.enum_type()->name();
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a number";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
        return "a time such as \"2026-01-15T10:20:30Z\"";
      }
      if (IsTextInJson(*field.message_type())) return "a duration such as \"1.5s\"";
      return "an object {…}";
    default:
      return "a whole number";
  }
}

std::string SetScalar(const FieldDescriptor& field, const JsonScalar& value, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const auto whole = [&](auto number, auto set, auto add) {
    std::string problem = ReadWhole(field, value, number);
    if (problem.empty()) (reflection.*(field.is_repeated() ? add : set))(&message, &field, number);
    return problem;
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return SetText(field, value, message);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(field, value, message);
    case FieldDescriptor::CPPTYPE_BOOL:
      return SetBool(field, value, message);
    case FieldDescriptor::CPPTYPE_INT32:
      return whole(int32_t{}, &Reflection::SetInt32, &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return whole(int64_t{}, &Reflection::SetInt64, &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return whole(uint32_t{}, &Reflection::SetUInt32, &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return whole(uint64_t{}, &Reflection::SetUInt64, &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return SetDouble(field, value, message);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetTime(field, value, message);
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;
  }
  return "a value of this kind cannot be read from JSON";
}

}  // namespace chipline::cli
