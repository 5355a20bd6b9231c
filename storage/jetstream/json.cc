#include "storage/jetstream/json.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "storage/jetstream/api_error.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

constexpr size_t kShownBytes = 200;

const rapidjson::Value* Find(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string StringOf(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

}  // namespace

absl::StatusOr<rapidjson::Document> ParseJson(std::string_view text, std::string_view what) {
  rapidjson::Document document;
  // Iterative, so that a deeply nested text cannot overflow the stack.
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) {
    return absl::InternalError(
        absl::StrCat("NATS answered ", std::string(what),
                     " with what is no JSON object: ", std::string(text.substr(0, kShownBytes))));
  }
  return document;
}

absl::StatusOr<rapidjson::Document> ParseAnswer(std::string_view text, std::string_view what) {
  ASSIGN_OR_RETURN(rapidjson::Document document, ParseJson(text, what));
  if (HasMember(document, "error")) {
    const rapidjson::Value& error = MemberOf(document, "error");
    return ApiError(what, static_cast<int>(IntegerOf(error, "code")),
                    static_cast<int>(IntegerOf(error, "err_code")), TextOf(error, "description"));
  }
  return document;
}

const rapidjson::Value& MemberOf(const rapidjson::Value& object, const char* name) {
  static const rapidjson::Value& empty = *new rapidjson::Value(rapidjson::kObjectType);
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && (found->IsObject() || found->IsArray()) ? *found : empty;
}

bool HasMember(const rapidjson::Value& object, const char* name) {
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && !found->IsNull();
}

std::string TextOf(const rapidjson::Value& object, const char* name) {
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && found->IsString() ? StringOf(*found) : std::string();
}

int64_t IntegerOf(const rapidjson::Value& object, const char* name, int64_t missing) {
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && found->IsInt64() ? found->GetInt64() : missing;
}

uint64_t UnsignedOf(const rapidjson::Value& object, const char* name) {
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && found->IsUint64() ? found->GetUint64() : 0;
}

bool FlagOf(const rapidjson::Value& object, const char* name) {
  const rapidjson::Value* found = Find(object, name);
  return found != nullptr && found->IsBool() && found->GetBool();
}

absl::Time TimeOf(const rapidjson::Value& object, const char* name) {
  absl::Time time;
  const bool parsed = absl::ParseTime(absl::RFC3339_full, TextOf(object, name), &time, nullptr);
  return parsed ? time : absl::InfinitePast();
}

std::vector<std::string> TextsOf(const rapidjson::Value& object, const char* name) {
  std::vector<std::string> texts;
  const rapidjson::Value& list = MemberOf(object, name);
  if (!list.IsArray()) return texts;
  for (const rapidjson::Value& value : list.GetArray()) {
    if (value.IsString()) texts.push_back(StringOf(value));
  }
  return texts;
}

std::map<std::string, std::string> TextMapOf(const rapidjson::Value& object, const char* name) {
  std::map<std::string, std::string> texts;
  const rapidjson::Value& map = MemberOf(object, name);
  if (!map.IsObject()) return texts;
  for (const auto& member : map.GetObject()) {
    if (member.value.IsString()) texts[StringOf(member.name)] = StringOf(member.value);
  }
  return texts;
}

}  // namespace chipline::jetstream
