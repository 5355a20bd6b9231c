#include "services/security/token.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "google/protobuf/struct.pb.h"

#include "fmt/format.h"
#include "services/rpc/base64url.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/protobuf_json.h"
#include "storage/status_macros.h"

namespace chipline::security {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr absl::Duration kSkew = absl::Seconds(limits::kTokenSkewSeconds);
constexpr int kMaxRoles = 64;

absl::Status Bad(std::string_view words, std::string_view reason = "TOKEN_INVALID") {
  return Error(absl::StatusCode::kUnauthenticated, reason,
               fmt::format("the bearer token {}", words));
}

// A JSON object; none if it is not one, or says a thing twice.
std::optional<Struct> Object(std::string_view part) {
  const std::optional<std::string> json = DecodeBase64Url(part);
  Struct object;
  if (!json.has_value() || !ReadProtobufJson(*json, object).ok()) {
    return std::nullopt;
  }
  return object;
}

const Value* Field(const Struct& object, const char* name) {
  const auto field = object.fields().find(name);
  return field == object.fields().end() ? nullptr : &field->second;
}

// Empty if it is not there, or no text.
std::string Text(const Struct& object, const char* name) {
  const Value* value = Field(object, name);
  return value == nullptr ? "" : value->string_value();
}

// A claim of seconds since 1970. None if it is not there; infinitely far in the past if it is no
// number that a time can be, which then fails every check but those for the future.
std::optional<absl::Time> Time(const Struct& claims, const char* name) {
  constexpr double kMaxSeconds = 253'402'300'799.0;  // The end of the year 9999.
  const Value* value = Field(claims, name);
  if (value == nullptr) return std::nullopt;
  const double seconds = value->number_value();
  if (value->kind_case() != Value::kNumberValue || !(seconds > 0) || seconds > kMaxSeconds) {
    return absl::InfinitePast();
  }
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

absl::Status CheckHeader(const Struct& header) {
  if (Field(header, "crit") != nullptr) return Bad("asks for an extension that is not known here");
  if (Field(header, "typ") == nullptr) return absl::OkStatus();
  std::string type = Text(header, "typ");
  std::transform(type.begin(), type.end(), type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type == "jwt" || type == "at+jwt" ? absl::OkStatus() : Bad("is of another type than JWT");
}

absl::StatusOr<absl::Time> CheckTimes(const Struct& claims, absl::Time now) {
  const std::optional<absl::Time> expires = Time(claims, "exp");
  if (!expires.has_value()) return Bad("has no time of expiry (exp)");
  if (*expires == absl::InfinitePast()) return Bad("has a time of expiry (exp) that is no time");
  if (now >= *expires + kSkew) {
    return Bad(fmt::format("expired at {}",
                           absl::FormatTime(absl::RFC3339_sec, *expires, absl::UTCTimeZone())),
               "TOKEN_EXPIRED");
  }
  for (const char* name : {"nbf", "iat"}) {
    const std::optional<absl::Time> begins = Time(claims, name);
    if (!begins.has_value()) continue;
    if (*begins == absl::InfinitePast())
      return Bad(fmt::format("has a claim {} that is no time", name));
    if (now < *begins - kSkew) {
      return Bad(fmt::format("is of a time to come ({})", name), "TOKEN_NOT_YET_VALID");
    }
  }
  return *expires + kSkew;
}

bool HasAudience(const Struct& claims, const std::string& audience) {
  const Value* value = Field(claims, "aud");
  if (value == nullptr) return false;
  if (value->kind_case() == Value::kStringValue) return value->string_value() == audience;
  const auto& values = value->list_value().values();
  return std::any_of(values.begin(), values.end(),
                     [&](const Value& each) { return each.string_value() == audience; });
}

absl::StatusOr<Identity> ReadClaims(const Struct& claims, const TokenRules& rules, absl::Time now) {
  Identity identity;
  ASSIGN_OR_RETURN(identity.expire_time, CheckTimes(claims, now));
  if (rules.issuer.empty() || Text(claims, "iss") != rules.issuer) {
    return Bad("is of another issuer (iss)");
  }
  if (rules.audience.empty() || !HasAudience(claims, rules.audience)) {
    return Bad("is for another audience (aud)");
  }
  const std::string subject = Text(claims, "sub");
  if (subject.empty() || subject.size() > limits::kMaxPrincipalBytes) {
    return Bad("has no subject (sub), or one that is too long");
  }
  identity.principal = "sub:" + subject;
  identity.names.push_back(identity.principal);
  const Value* roles = Field(claims, "roles");
  if (roles == nullptr) return identity;
  if (roles->kind_case() != Value::kListValue || roles->list_value().values_size() > kMaxRoles) {
    return Bad(fmt::format("has roles that are no list of at most {}", kMaxRoles));
  }
  for (const Value& role : roles->list_value().values()) {
    if (role.string_value().empty()) return Bad("has a role that is no text");
    identity.names.push_back("role:" + role.string_value());
  }
  return identity;
}

}  // namespace

absl::StatusOr<Identity> ReadToken(std::string_view token, const TokenKeys& keys,
                                   const TokenRules& rules, absl::Time now) {
  if (token.size() > limits::kMaxTokenBytes) {
    return Bad(fmt::format("has {} bytes; {} are the most", token.size(), limits::kMaxTokenBytes));
  }
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return Bad("is no JWT of three parts");
  }
  const std::optional<Struct> header = Object(token.substr(0, first));
  if (!header.has_value()) return Bad("has a header that cannot be read");
  const std::optional<std::string> signature = DecodeBase64Url(token.substr(second + 1));
  // Nothing of the claims is looked at before the signature is known to be good.
  if (!signature.has_value() ||
      !keys.Verify(Text(*header, "alg"), token.substr(0, second), *signature)) {
    return Bad("is not signed by a key that is known here, with the algorithm of that key");
  }
  RETURN_IF_ERROR(CheckHeader(*header));
  const std::optional<Struct> claims = Object(token.substr(first + 1, second - first - 1));
  if (!claims.has_value()) return Bad("has claims that cannot be read");
  return ReadClaims(*claims, rules, now);
}

}  // namespace chipline::security
