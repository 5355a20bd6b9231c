#ifndef CHIPLINE_STORAGE_JETSTREAM_JSON_H_
#define CHIPLINE_STORAGE_JETSTREAM_JSON_H_

// Reads the answers of nats-servers, for the .cc files of this room. A member that is missing or of
// another type reads as empty or as the default, since servers leave out zeros.

#include <rapidjson/document.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chipline::jetstream {

// Parses an object. INTERNAL if the text is not one. `what` names the request.
absl::StatusOr<rapidjson::Document> ParseJson(std::string_view text, std::string_view what);

// The answer of the JetStream API to `what`: as ParseJson, and its "error" as a status (ApiError).
absl::StatusOr<rapidjson::Document> ParseAnswer(std::string_view text, std::string_view what);

// A member that is an object or a list; an empty object if there is none.
const rapidjson::Value& MemberOf(const rapidjson::Value& object, const char* name);
bool HasMember(const rapidjson::Value& object, const char* name);
std::string TextOf(const rapidjson::Value& object, const char* name);
int64_t IntegerOf(const rapidjson::Value& object, const char* name, int64_t missing = 0);
uint64_t UnsignedOf(const rapidjson::Value& object, const char* name);
bool FlagOf(const rapidjson::Value& object, const char* name);
// RFC 3339; InfinitePast if there is none.
absl::Time TimeOf(const rapidjson::Value& object, const char* name);
std::vector<std::string> TextsOf(const rapidjson::Value& object, const char* name);
std::map<std::string, std::string> TextMapOf(const rapidjson::Value& object, const char* name);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_STORAGE_JETSTREAM_JSON_H_
