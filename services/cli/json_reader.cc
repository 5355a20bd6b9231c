// Reads JSON into a message, strictly: by RFC 8259, then by Protobuf's mapping. Protobuf 3.21 has a
// reader of its own, which rounds numbers, takes the last of two keys, drops backslashes and says
// only roughly where something is wrong. RapidJSON finds the tokens; it gives a number as it was
// written, each key, and the place in the text.
#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"

#include "services/cli/json.h"
#include "services/cli/json_scalar.h"
#include "services/cli/json_syntax.h"
#include "services/cli/nearest.h"

namespace chipline::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using rapidjson::MemoryStream;
using rapidjson::SizeType;

// U+D800 to U+DFFF in the form of UTF-8, which RapidJSON makes of an escape that stands alone.
bool HasSurrogate(std::string_view text) {
  for (size_t at = text.find('\xed'); at != std::string_view::npos;
       at = text.find('\xed', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) return true;
  }
  return false;
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByCamelcaseName(name);
  return field != nullptr ? field : type.FindFieldByName(name);
}

std::string UnknownField(const Descriptor& type, const std::string& name) {
  constexpr size_t kShownBytes = 60;
  std::vector<std::string> names;
  std::string list;
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->json_name());
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = Nearest(name, names);
  return fmt::format("{} has no field {};{} its fields are {}", type.name(),
                     name.substr(0, kShownBytes),
                     nearest.empty() ? "" : fmt::format(" did you mean {}?", nearest), list);
}

// Takes the tokens in the order of the text and sets fields by them. Each function is false if
// something is wrong, which problem() then tells.
class MessageReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, MessageReader> {
 public:
  MessageReader(std::string_view text, const MemoryStream& stream, Message& message)
      : text_(text), stream_(stream), root_(message) {}

  bool Null() {
    Begin(false);
    if (frames_.empty()) return Wrong("an object {…} is needed");
    // To Protobuf's mapping a field that is null is left out.
    return !frames_.back().list || Wrong("a list cannot hold null");
  }
  bool Bool(bool value) { return Scalar({JsonKind::kBool, value ? "true" : "false"}); }
  bool RawNumber(const char* text, SizeType size, bool) {
    return Scalar({JsonKind::kNumber, {text, size}});
  }
  bool String(const char* text, SizeType size, bool) {
    return Scalar({JsonKind::kString, {text, size}});
  }
  bool Key(const char* text, SizeType size, bool);
  bool StartObject();
  bool EndObject(SizeType) {
    Begin(true);
    frames_.pop_back();
    return true;
  }
  bool StartArray();
  bool EndArray(SizeType) {
    Begin(true);
    frames_.back().list = false;
    return true;
  }

  JsonProblem& problem() { return problem_; }

 private:
  // An object that is being read.
  struct Frame {
    Message* message;
    // Of the last key.
    const FieldDescriptor* field = nullptr;
    // Inside that field's list.
    bool list = false;
    // By index of the field.
    std::vector<bool> seen;
  };

  // Finds where the token begins, of which RapidJSON knows the end. A bracket is told of before it
  // is taken.
  void Begin(bool bracket) {
    start_ = text_.find_first_not_of(" \t\r\n,:", end_);
    if (start_ == std::string_view::npos) start_ = text_.size();
    end_ = bracket ? start_ + 1 : stream_.Tell();
  }

  bool Wrong(const std::string& what) {
    const std::string path = Path();
    problem_ = {start_ + 1, path.empty() ? what : fmt::format("{}: {}", path, what)};
    return false;
  }

  // "usageReport.value" of the value that is being read.
  std::string Path() const;
  bool Scalar(const JsonScalar& value);
  // Whether the field may have a value that is no list, and its oneof no other.
  bool MayHaveValue();

  const std::string_view text_;
  const MemoryStream& stream_;
  Message& root_;
  std::vector<Frame> frames_;
  size_t start_ = 0;
  size_t end_ = 0;
  JsonProblem problem_;
};

std::string MessageReader::Path() const {
  std::string path;
  for (const Frame& frame : frames_) {
    if (frame.field == nullptr) break;
    path += (path.empty() ? "" : ".") + frame.field->json_name();
    if (!frame.field->is_repeated()) continue;
    const int size = frame.message->GetReflection()->FieldSize(*frame.message, frame.field);
    // The element that is being read is in the list already if it is an object.
    const bool inside = &frame != &frames_.back();
    if (frame.list) path += fmt::format("[{}]", inside ? size - 1 : size);
  }
  return path;
}

bool MessageReader::MayHaveValue() {
  Frame& frame = frames_.back();
  const FieldDescriptor& field = *frame.field;
  if (field.is_repeated() && !frame.list) return Wrong("a list in brackets […] is needed");
  const auto* oneof = field.real_containing_oneof();
  if (oneof == nullptr) return true;
  const Reflection& reflection = *frame.message->GetReflection();
  const FieldDescriptor* other = reflection.GetOneofFieldDescriptor(*frame.message, oneof);
  if (other == nullptr) return true;
  return Wrong(
      fmt::format("{} is given already, and only one of the two may be", other->json_name()));
}

bool MessageReader::Scalar(const JsonScalar& value) {
  Begin(false);
  if (frames_.empty()) return Wrong("an object {…} is needed");
  if (value.kind == JsonKind::kString && HasSurrogate(value.text)) {
    return Wrong("half of a surrogate pair stands alone in the string");
  }
  if (!MayHaveValue()) return false;
  const std::string wrong = SetScalar(*frames_.back().field, value, *frames_.back().message);
  return wrong.empty() || Wrong(wrong);
}

bool MessageReader::Key(const char* text, SizeType size, bool) {
  Begin(false);
  Frame& frame = frames_.back();
  // What is wrong with a key is wrong with the object that it is in.
  frame.field = nullptr;
  const std::string name(text, size);
  const Descriptor& type = *frame.message->GetDescriptor();
  const FieldDescriptor* field = FindField(type, name);
  if (field == nullptr) return Wrong(UnknownField(type, name));
  const auto index = static_cast<size_t>(field->index());
  if (frame.seen[index]) {
    return Wrong(fmt::format("{} is given twice; leave one of the two out", field->json_name()));
  }
  frame.seen[index] = true;
  frame.field = field;
  return true;
}

bool MessageReader::StartObject() {
  Begin(true);
  Message* message = &root_;
  if (!frames_.empty()) {
    const Frame& frame = frames_.back();
    const FieldDescriptor& field = *frame.field;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        IsTextInJson(*field.message_type())) {
      return Wrong(WantedBy(field) + " is needed, and not an object");
    }
    if (!MayHaveValue()) return false;
    const Reflection& reflection = *frame.message->GetReflection();
    message = field.is_repeated() ? reflection.AddMessage(frame.message, &field)
                                  : reflection.MutableMessage(frame.message, &field);
  }
  frames_.push_back(
      {message, nullptr, false,
       std::vector<bool>(static_cast<size_t>(message->GetDescriptor()->field_count()))});
  return true;
}

bool MessageReader::StartArray() {
  Begin(true);
  if (frames_.empty()) return Wrong("an object {…} is needed, and not a list");
  Frame& frame = frames_.back();
  if (frame.list) return Wrong("a list cannot hold a list");
  if (!frame.field->is_repeated()) {
    return Wrong(WantedBy(*frame.field) + " is needed, and not a list");
  }
  frame.list = true;
  return true;
}

}  // namespace

bool ParseJson(std::string_view text, Message& message, JsonProblem& problem) {
  message.Clear();
  MemoryStream stream(text.data(), text.size());
  MessageReader tokens(text, stream, message);
  rapidjson::Reader reader;
  // By iteration, so that deep nesting does not use up the stack.
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseIterativeFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, tokens);
  if (result.Code() == rapidjson::kParseErrorTermination) {
    problem = std::move(tokens.problem());
    return false;
  }
  if (result.IsError()) {
    problem = {result.Offset() + 1, SyntaxWords(result.Code(), text, result.Offset())};
    return false;
  }
  // To RapidJSON a byte of zero is the end of the text.
  if (stream.Tell() < text.size()) {
    problem = {stream.Tell() + 1,
               SyntaxWords(rapidjson::kParseErrorDocumentRootNotSingular, text, stream.Tell())};
    return false;
  }
  return true;
}

}  // namespace chipline::cli
