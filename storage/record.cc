#include "storage/record.h"

#include <google/protobuf/io/coded_stream.h>

#include "chipline/v1/event.pb.h"
#include "storage/error.h"
#include "storage/status_macros.h"
#include "storage/timestamp.h"
#include "storage/wire.h"

namespace chipline::storage {
namespace {

using google::protobuf::io::CodedInputStream;
using Fields = chipline::v1::RecordedEvent;

// A field number below 16 has a tag of one byte.
constexpr char kEventsTag = static_cast<char>(WireTag(kEventsField, WireType::kBytes));

constexpr uint32_t kPosition = WireTag(Fields::kPositionFieldNumber, WireType::kNumber);
constexpr uint32_t kSubject = WireTag(Fields::kSubjectFieldNumber, WireType::kBytes);
constexpr uint32_t kRevision = WireTag(Fields::kRevisionFieldNumber, WireType::kNumber);
constexpr uint32_t kRecordTime = WireTag(Fields::kRecordTimeFieldNumber, WireType::kBytes);
constexpr uint32_t kAppendFirst =
    WireTag(Fields::kAppendFirstPositionFieldNumber, WireType::kNumber);
constexpr uint32_t kAppendSize = WireTag(Fields::kAppendSizeFieldNumber, WireType::kNumber);
constexpr uint32_t kEntities = WireTag(Fields::kEntitiesFieldNumber, WireType::kBytes);
constexpr uint32_t kEvent = WireTag(Fields::kEventFieldNumber, WireType::kBytes);

absl::Status Damaged() {
  return Error(absl::StatusCode::kDataLoss, "RECORD_DAMAGED",
               "bytes in the log are not a recorded event; restore the log from a backup");
}

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
  AppendNumber(Fields::kPositionFieldNumber, header.position, bytes);
  AppendBytes(Fields::kSubjectFieldNumber, header.subject, bytes);
  AppendNumber(Fields::kRevisionFieldNumber, header.revision, bytes);
  AppendBytes(Fields::kRecordTimeFieldNumber, ToTimestamp(header.record_time).SerializeAsString(),
              bytes);
  AppendNumber(Fields::kAppendFirstPositionFieldNumber, header.append_first_position, bytes);
  AppendNumber(Fields::kAppendSizeFieldNumber, header.append_size, bytes);
  for (std::string_view entity : header.entities) {
    AppendBytes(Fields::kEntitiesFieldNumber, entity, bytes);
  }
  AppendBytes(Fields::kEventFieldNumber, event, bytes);
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
  constexpr uint32_t kEventId = WireTag(chipline::v1::Event::kEventIdFieldNumber, WireType::kBytes);
  CodedInputStream in(reinterpret_cast<const uint8_t*>(event.data()),
                      static_cast<int>(event.size()));
  std::string_view event_id;
  if (in.ReadTag() != kEventId || !ReadBytes(in, event_id)) return Damaged();
  return event_id;
}

bool RecordWalk::Next(std::string_view& record) {
  if (damaged_ || passed_ == slice_.size()) return false;
  size_t at = passed_ + 1;
  uint64_t length = 0;
  damaged_ = slice_[passed_] != kEventsTag || !ReadVarint(slice_, at, length) ||
             length > slice_.size() - at;
  if (damaged_) return false;
  record = slice_.substr(at, length);
  passed_ = at + length;
  return true;
}

absl::Status ForEachRecord(std::string_view slice,
                           const std::function<absl::Status(std::string_view)>& visit) {
  RecordWalk walk(slice);
  for (std::string_view record; walk.Next(record);) RETURN_IF_ERROR(visit(record));
  return walk.damaged() ? Damaged() : absl::OkStatus();
}

}  // namespace chipline::storage
