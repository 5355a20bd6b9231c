#include "services/http/connect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "google/protobuf/any.pb.h"

#include "fmt/format.h"
#include "rapidjson/stringbuffer.h"
#include "rapidjson/writer.h"
#include "services/http/gzip.h"
#include "services/http/json.h"
#include "services/rpc/retry.h"
#include "services/rpc/status.h"
#include "storage/error.h"

namespace chipline::http {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr unsigned char kCompressed = 1;
constexpr unsigned char kEndOfStream = 2;
constexpr size_t kEnvelopeBytes = 5;

struct CodeEntry {
  absl::StatusCode code;
  std::string_view name;
  unsigned http_status;
};

// Connect's names, and the HTTP status of each.
constexpr std::array kCodes = {
    CodeEntry{absl::StatusCode::kCancelled, "canceled", 499},
    CodeEntry{absl::StatusCode::kUnknown, "unknown", 500},
    CodeEntry{absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
    CodeEntry{absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
    CodeEntry{absl::StatusCode::kNotFound, "not_found", 404},
    CodeEntry{absl::StatusCode::kAlreadyExists, "already_exists", 409},
    CodeEntry{absl::StatusCode::kPermissionDenied, "permission_denied", 403},
    CodeEntry{absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
    CodeEntry{absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
    CodeEntry{absl::StatusCode::kAborted, "aborted", 409},
    CodeEntry{absl::StatusCode::kOutOfRange, "out_of_range", 400},
    CodeEntry{absl::StatusCode::kUnimplemented, "unimplemented", 501},
    CodeEntry{absl::StatusCode::kInternal, "internal", 500},
    CodeEntry{absl::StatusCode::kUnavailable, "unavailable", 503},
    CodeEntry{absl::StatusCode::kDataLoss, "data_loss", 500},
    CodeEntry{absl::StatusCode::kUnauthenticated, "unauthenticated", 401},
};

const CodeEntry& EntryOf(absl::StatusCode code) {
  const auto* const found = std::find_if(
      kCodes.begin(), kCodes.end(), [code](const CodeEntry& entry) { return entry.code == code; });
  return found == kCodes.end() ? kCodes[1] : *found;
}

void String(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteDetail(const google::protobuf::Any& detail, Writer& writer) {
  const std::string& url = detail.type_url();
  const std::string type = url.substr(url.rfind('/') + 1);
  std::string value = absl::Base64Escape(detail.value());
  // Connect leaves the padding out.
  value.erase(value.find_last_not_of('=') + 1);
  writer.StartObject();
  String(writer, "type");
  String(writer, type);
  String(writer, "value");
  String(writer, value);
  // The same again for people; clients do not read it.
  if (const auto text = DetailToJson(type, detail.value()); text.ok()) {
    String(writer, "debug");
    writer.RawValue(text->data(), text->size(), rapidjson::kObjectType);
  }
  writer.EndObject();
}

void WriteError(const absl::Status& status, Writer& writer) {
  const google::rpc::Status whole = ToRpcStatus(WithRetryInfo(status));
  writer.StartObject();
  String(writer, "code");
  String(writer, EntryOf(status.code()).name);
  if (!whole.message().empty()) {
    String(writer, "message");
    String(writer, whole.message());
  }
  if (!whole.details().empty()) {
    String(writer, "details");
    writer.StartArray();
    for (const google::protobuf::Any& detail : whole.details()) WriteDetail(detail, writer);
    writer.EndArray();
  }
  writer.EndObject();
}

std::string EnvelopeOf(unsigned char flags, std::string_view message) {
  const auto size = static_cast<uint32_t>(message.size());
  std::string text;
  text.reserve(kEnvelopeBytes + message.size());
  text += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) text += static_cast<char>((size >> shift) & 0xff);
  text += message;
  return text;
}

std::string_view EncodingField(ContentKind kind) {
  return kind.streaming ? "connect-content-encoding" : "content-encoding";
}

bool IsIdentity(std::string_view encoding) { return encoding.empty() || encoding == "identity"; }

absl::Status BadHeader(std::string_view field, std::string_view words) {
  return BadFieldError(field, words);
}

}  // namespace

std::string_view CodeName(absl::StatusCode code) {
  return code == absl::StatusCode::kOk ? "ok" : EntryOf(code).name;
}

std::optional<ContentKind> ReadContentType(std::string_view content_type) {
  const std::string_view name = Trimmed(content_type.substr(0, content_type.find(';')));
  const std::string type = absl::AsciiStrToLower(absl::string_view(name.data(), name.size()));
  for (const bool streaming : {false, true}) {
    for (const Codec codec : {Codec::kProto, Codec::kJson}) {
      if (type == ContentTypeOf({codec, streaming})) return ContentKind{codec, streaming};
    }
  }
  return std::nullopt;
}

std::string_view ContentTypeOf(ContentKind kind) {
  if (kind.codec == Codec::kProto) {
    return kind.streaming ? "application/connect+proto" : "application/proto";
  }
  return kind.streaming ? "application/connect+json" : "application/json";
}

absl::Status CheckProtocol(const Fields& fields, ContentKind kind) {
  const std::string_view version = ValueOf(fields, "connect-protocol-version");
  if (!version.empty() && version != "1") {
    return BadHeader("Connect-Protocol-Version", "is 1, or not there");
  }
  const std::string_view encoding = ValueOf(fields, EncodingField(kind));
  if (!IsIdentity(encoding) && encoding != "gzip") {
    return Error(absl::StatusCode::kUnimplemented, "UNKNOWN_ENCODING",
                 "the encodings of requests are gzip and identity");
  }
  if (kind.streaming && !IsIdentity(ValueOf(fields, "content-encoding"))) {
    return Error(absl::StatusCode::kUnimplemented, "UNKNOWN_ENCODING",
                 "a stream is compressed message by message: see Connect-Content-Encoding");
  }
  return absl::OkStatus();
}

bool ComesAsGzip(const Fields& fields, ContentKind kind) {
  return ValueOf(fields, EncodingField(kind)) == "gzip";
}

bool MayGoAsGzip(const Fields& fields, ContentKind kind) {
  return AcceptsGzip(fields, kind.streaming ? "connect-accept-encoding" : "accept-encoding");
}

absl::StatusOr<std::optional<std::chrono::milliseconds>> ReadTimeout(const Fields& fields) {
  constexpr size_t kMaxDigits = 10;
  const std::string_view text = ValueOf(fields, "connect-timeout-ms");
  if (CountOf(fields, "connect-timeout-ms") == 0) return std::nullopt;
  int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || text.size() > kMaxDigits ||
      value < 0) {
    return BadHeader("Connect-Timeout-Ms", "is a number of milliseconds of at most 10 digits");
  }
  return std::chrono::milliseconds(value);
}

absl::StatusOr<Enveloped> ReadEnvelope(std::string_view body, bool gzip) {
  if (body.size() < kEnvelopeBytes) {
    return BadFieldError("request", "is no stream of enveloped messages: it has less than 5 bytes");
  }
  size_t size = 0;
  for (size_t i = 1; i < kEnvelopeBytes; ++i) {
    size = size << 8 | static_cast<unsigned char>(body[i]);
  }
  const auto flags = static_cast<unsigned char>(body[0]);
  if (flags == kCompressed && !gzip) {
    return BadFieldError("request",
                         "is a compressed message, and Connect-Content-Encoding does not say how");
  }
  if ((flags & ~kCompressed) != 0 || size != body.size() - kEnvelopeBytes) {
    return BadFieldError("request",
                         fmt::format("is one enveloped message: a byte of flags, 0 or 1, "
                                     "the size in four bytes, the message; this has the flags {} "
                                     "and the size {} of {} bytes",
                                     flags, size, body.size() - kEnvelopeBytes));
  }
  return Enveloped{body.substr(kEnvelopeBytes), flags == kCompressed};
}

std::string Envelope(const Enveloped& message) {
  return EnvelopeOf(message.gzip ? kCompressed : 0, message.message);
}

std::string EndOfStream(const absl::Status& status, const Fields& trailers) {
  rapidjson::StringBuffer text;
  Writer writer(text);
  writer.StartObject();
  if (!status.ok()) {
    String(writer, "error");
    WriteError(status, writer);
  }
  std::map<std::string, std::vector<std::string>> metadata;
  for (const auto& [name, value] : trailers) metadata[name].push_back(value);
  if (!metadata.empty()) {
    String(writer, "metadata");
    writer.StartObject();
    for (const auto& [name, values] : metadata) {
      String(writer, name);
      writer.StartArray();
      for (const std::string& value : values) String(writer, value);
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndObject();
  return EnvelopeOf(kEndOfStream, {text.GetString(), text.GetSize()});
}

Response ErrorResponse(const absl::Status& status, const Fields& trailers) {
  rapidjson::StringBuffer text;
  Writer writer(text);
  WriteError(status, writer);
  Response response;
  response.status = EntryOf(status.code()).http_status;
  response.fields.emplace_back("Content-Type", "application/json");
  for (const auto& [name, value] : trailers) response.fields.emplace_back("Trailer-" + name, value);
  response.body.assign(text.GetString(), text.GetSize());
  return response;
}

}  // namespace chipline::http
