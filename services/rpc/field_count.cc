#include "services/rpc/field_count.h"

#include <cstdint>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/support/proto_buffer_reader.h"

namespace chipline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

// How deep Protobuf's own parser goes.
constexpr int kMaxDepth = 100;

class FieldCounter {
 public:
  FieldCounter(google::protobuf::io::CodedInputStream& input, size_t limit)
      : input_(input), limit_(limit) {}

  // Counts to the end of a message or group; `type` is null if it is not known. Returns false once
  // there is no need to go on: there are too many, or the bytes are damaged.
  bool Count(const Descriptor* type, int depth);
  bool too_many() const { return fields_ > limit_; }

 private:
  bool CountField(uint32_t tag, const Descriptor* type, int depth);

  google::protobuf::io::CodedInputStream& input_;
  const size_t limit_;
  size_t fields_ = 0;
};

bool FieldCounter::Count(const Descriptor* type, int depth) {
  if (depth > kMaxDepth) return false;
  while (const uint32_t tag = input_.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_END_GROUP) return true;
    ++fields_;
    if (too_many() || !CountField(tag, type, depth)) return false;
  }
  return true;
}

bool FieldCounter::CountField(uint32_t tag, const Descriptor* type, int depth) {
  switch (WireFormatLite::GetTagWireType(tag)) {
    case WireFormatLite::WIRETYPE_START_GROUP:
      return Count(nullptr, depth + 1);
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
      const FieldDescriptor* field =
          type == nullptr ? nullptr
                          : type->FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
      if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return WireFormatLite::SkipField(&input_, tag);
      }
      uint32_t size = 0;
      if (!input_.ReadVarint32(&size)) return false;
      const auto outer = input_.PushLimit(static_cast<int>(size));
      if (!Count(field->message_type(), depth + 1)) return false;
      input_.PopLimit(outer);
      return true;
    }
    default:
      return WireFormatLite::SkipField(&input_, tag);
  }
}

}  // namespace

bool HasMoreFields(const grpc::ByteBuffer& bytes, const Descriptor& type, size_t limit) {
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (!reader.status().ok()) return false;
  google::protobuf::io::CodedInputStream input(&reader);
  FieldCounter counter(input, limit);
  counter.Count(&type, 0);
  return counter.too_many();
}

}  // namespace chipline
