#include "services/http/json.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/message.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "grpcpp/support/slice.h"

#include "fmt/format.h"
#include "services/rpc/message.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "storage/protobuf_json.h"

namespace chipline::http {
namespace {

constexpr char kUrlPrefix[] = "type.googleapis.com";
// What a client is told of its own text.
constexpr size_t kMaxWords = 256;

// Whether the text has more than `limit` values, at least as many as the fields and messages that
// may be made of it: each follows one of these characters.
bool HasMoreValues(std::string_view text, size_t limit) {
  size_t count = 0;
  // Protobuf takes single quotation marks as well.
  char quote = 0;
  for (size_t i = 0; i < text.size() && count <= limit; ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ',' || c == '{' || c == '[') {
      ++count;
    }
  }
  return count > limit;
}

bool IsFieldName(std::string_view text) {
  return !text.empty() && absl::ascii_islower(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
         });
}

// Protobuf says what does not fit as "(events[0].source) nam: Cannot find field." or
// "(events[0].source): invalid value … for type edtf": where, and in the words perhaps which field
// there. Then it shows the text, which the client has.
absl::Status DoesNotFit(std::string_view words, std::string_view type) {
  constexpr std::string_view kUnknown = ": Cannot find field.";
  constexpr std::string_view kOfType = " for type ";
  words = words.substr(0, words.find('\n'));
  std::string field;
  if (const size_t end = words.find(')'); words.starts_with('(') && end != std::string_view::npos) {
    field = std::string(words.substr(1, end - 1));
    words.remove_prefix(end + 1);
    words.remove_prefix(std::min(words.size(), words.find_first_not_of(" :")));
  }
  std::string_view name;
  if (words.ends_with(kUnknown)) {
    name = words.substr(0, words.size() - kUnknown.size());
    words = "there is no such field";
  } else if (const size_t at = words.rfind(kOfType); at != std::string_view::npos) {
    name = words.substr(at + kOfType.size());
  }
  if (IsFieldName(name)) field += fmt::format("{}{}", field.empty() ? "" : ".", name);
  size_t size = std::min(words.size(), kMaxWords);
  // Never through the middle of a character.
  while (size < words.size() && size > 0 &&
         (static_cast<unsigned char>(words[size]) & 0xc0) == 0x80) {
    --size;
  }
  return BadFieldError(field.empty() ? "request" : field.substr(0, kMaxWords),
                       fmt::format("does not fit {}: {}", type, words.substr(0, size)));
}

google::protobuf::util::TypeResolver& Resolver() {
  static auto* const resolver = google::protobuf::util::NewTypeResolverForDescriptorPool(
      kUrlPrefix, google::protobuf::DescriptorPool::generated_pool());
  return *resolver;
}

absl::StatusOr<std::string> ToJson(const std::string& type, const std::string& bytes) {
  std::string text;
  try {
    const auto written = google::protobuf::util::BinaryToJsonString(
        &Resolver(), fmt::format("{}/{}", kUrlPrefix, type), bytes, &text);
    if (written.ok()) return text;
  } catch (const google::protobuf::FatalException&) {
    // See storage/protobuf_json.h.
  }
  return Error(absl::StatusCode::kInternal, "NOT_JSON",
               fmt::format("an answer of type {} cannot be shown as JSON", type));
}

}  // namespace

absl::StatusOr<grpc::ByteBuffer> RequestFromJson(std::string_view text,
                                                 const google::protobuf::Descriptor& type) {
  if (HasMoreValues(text, limits::kMaxRequestFields)) {
    return BadFieldError("request", fmt::format("has more than {} values; send several requests",
                                                limits::kMaxRequestFields));
  }
  const google::protobuf::Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  const std::unique_ptr<google::protobuf::Message> message(prototype->New());
  if (const absl::Status read = ReadProtobufJson(text, *message); !read.ok()) {
    return DoesNotFit({read.message().data(), read.message().size()}, type.full_name());
  }
  return SerializeMessage(*message);
}

absl::StatusOr<std::string> AnswerToJson(const grpc::ByteBuffer& bytes,
                                         const google::protobuf::Descriptor& type) {
  return ToJson(type.full_name(), BytesOf(bytes));
}

absl::StatusOr<std::string> DetailToJson(const std::string& type, const std::string& bytes) {
  if (google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type) == nullptr) {
    return absl::NotFoundError(type);
  }
  return ToJson(type, bytes);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer BufferOf(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace chipline::http
