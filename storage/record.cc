#include "storage/record.h"

#include <google/protobuf/io/coded_stream.h>

#include "chipline/v1/event.pb.h"
#include "storage/error.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"

namespace chipline::storage {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using Fields = chipline::v1::RecordedEvent;

enum WireType : uint32_t { kVarint = 0, kLengthDelimited = 2 };

constexpr uint32_t Tag(int field, WireType type) {
  return (static_cast<uint32_t>(field) << 3) | type;
}

constexpr uint32_t kPosition = Tag(Fields::kPositionFieldNumber, kVarint);
constexpr uint32_t kSubject = Tag(Fields::kSubjectFieldNumber, kLengthDelimited);
constexpr uint32_t kRevision = Tag(Fields::kRevisionFieldNumber, kVarint);
constexpr uint32_t kRecordTime = Tag(Fields::kRecordTimeFieldNumber, kLengthDelimited);
constexpr uint32_t kAppendFirst = Tag(Fields::kAppendFirstPositionFieldNumber, kVarint);
constexpr uint32_t kAppendSize = Tag(Fields::kAppendSizeFieldNumber, kVarint);
constexpr uint32_t kEntities = Tag(Fields::kEntitiesFieldNumber, kLengthDelimited);
constexpr uint32_t kEvent = Tag(Fields::kEventFieldNumber, kLengthDelimited);

absl::Status Damaged() {
  return Error(absl::StatusCode::kDataLoss, "RECORD_DAMAGED",
               "bytes in the log are not a recorded event; restore the log from a backup");
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Varint(uint64_t value) {
    uint8_t buffer[10];
    const uint8_t* end = CodedOutputStream::WriteVarint64ToArray(value, buffer);
    out_.append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
  }
  void Number(uint32_t tag, uint64_t value) {
    if (value == 0) return;
    Varint(tag);
    Varint(value);
  }
  void Bytes(uint32_t tag, std::string_view value) {
    Varint(tag);
    Varint(value.size());
    out_.append(value);
  }

 private:
  std::string& out_;
};

std::string TimestampBytes(absl::Time time) { return ToTimestamp(time).SerializeAsString(); }

bool ReadBytes(CodedInputStream& in, std::string_view& out) {
  uint32_t size = 0;
  const void* data = nullptr;
  int available = 0;
  if (!in.ReadVarint32(&size)) return false;
  if (size == 0) {
    out = {};
    return true;
  }
  if (!in.GetDirectBufferPointer(&data, &available) || static_cast<uint32_t>(available) < size) {
    return false;
  }
  out = std::string_view(static_cast<const char*>(data), size);
  return in.Skip(static_cast<int>(size));
}

bool ReadTimestamp(std::string_view bytes, absl::Time& time) {
  google::protobuf::Timestamp message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  time = FromTimestamp(message);
  return true;
}

bool ReadField(uint32_t tag, CodedInputStream& in, Record& record) {
  RecordHeader& header = record.header;
  std::string_view bytes;
  uint64_t number = 0;
  switch (tag) {
    case kPosition:
      return in.ReadVarint64(&header.position);
    case kSubject:
      return ReadBytes(in, header.subject);
    case kRevision:
      return in.ReadVarint64(&header.revision);
    case kRecordTime:
      return ReadBytes(in, bytes) && ReadTimestamp(bytes, header.record_time);
    case kAppendFirst:
      return in.ReadVarint64(&header.append_first_position);
    case kAppendSize:
      if (!in.ReadVarint64(&number)) return false;
      header.append_size = static_cast<uint32_t>(number);
      return true;
    case kEntities:
      if (!ReadBytes(in, bytes)) return false;
      header.entities.push_back(bytes);
      return true;
    case kEvent:
      return ReadBytes(in, record.event);
    default:
      return false;
  }
}

}  // namespace

std::string FrameRecord(const RecordHeader& header, std::string_view event) {
  std::string bytes;
  bytes.reserve(event.size() + header.subject.size() + 64 + 24 * header.entities.size());
  Writer writer(bytes);
  writer.Number(kPosition, header.position);
  writer.Bytes(kSubject, header.subject);
  writer.Number(kRevision, header.revision);
  writer.Bytes(kRecordTime, TimestampBytes(header.record_time));
  writer.Number(kAppendFirst, header.append_first_position);
  writer.Number(kAppendSize, header.append_size);
  for (std::string_view entity : header.entities) writer.Bytes(kEntities, entity);
  writer.Bytes(kEvent, event);
  return bytes;
}

absl::StatusOr<Record> ParseRecord(std::string_view bytes) {
  Record record;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  while (const uint32_t tag = in.ReadTag()) {
    if (!ReadField(tag, in, record)) break;
  }
  if (!in.ConsumedEntireMessage() || record.header.position == 0 ||
      record.header.append_first_position == 0 || record.header.append_size == 0) {
    return Damaged();
  }
  return record;
}

absl::StatusOr<std::string_view> EventIdOf(std::string_view event) {
  constexpr uint32_t kEventId = Tag(chipline::v1::Event::kEventIdFieldNumber, kLengthDelimited);
  CodedInputStream in(reinterpret_cast<const uint8_t*>(event.data()),
                      static_cast<int>(event.size()));
  std::string_view event_id;
  if (in.ReadTag() != kEventId || !ReadBytes(in, event_id)) return Damaged();
  return event_id;
}

absl::Status ForEachRecord(std::string_view slice,
                           const std::function<absl::Status(std::string_view)>& visit) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(slice.data()),
                      static_cast<int>(slice.size()));
  while (in.ReadTag() != 0) {
    std::string_view record;
    if (!ReadBytes(in, record)) return Damaged();
    RETURN_IF_ERROR(visit(record));
  }
  return absl::OkStatus();
}

}  // namespace chipline::storage
