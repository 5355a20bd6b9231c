#include "services/query/change_bytes.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

#include "chipline/v1/timeline_service.pb.h"

namespace chipline::query {
namespace {

using google::protobuf::internal::WireFormatLite;

void AppendVarint(uint64_t value, std::string* out) {
  uint8_t buffer[10];
  const uint8_t* end = google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(value, buffer);
  out->append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
}

}  // namespace

void AppendMessageField(int field, std::string_view bytes, std::string* out) {
  AppendVarint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), out);
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

std::string ChangeBytes(const timeline::EntryChange& change) {
  using v1::TimelineChange;
  std::string bytes;
  AppendMessageField(TimelineChange::kEntryIdFieldNumber, change.entry_id(), &bytes);
  if (change.before.exists()) {
    AppendMessageField(TimelineChange::kBeforeFieldNumber, change.before.bytes, &bytes);
  }
  if (change.after.exists()) {
    AppendMessageField(TimelineChange::kAfterFieldNumber, change.after.bytes, &bytes);
  }
  AppendVarint(
      WireFormatLite::MakeTag(TimelineChange::kReasonFieldNumber, WireFormatLite::WIRETYPE_VARINT),
      &bytes);
  AppendVarint(static_cast<uint64_t>(change.reason), &bytes);
  for (const std::string& id : change.cause_event_ids) {
    AppendMessageField(TimelineChange::kCauseEventIdsFieldNumber, id, &bytes);
  }
  if (!change.passed.empty()) {
    AppendMessageField(TimelineChange::kPassedFieldNumber, change.passed, &bytes);
  }
  if (change.causes_omitted > 0) {
    AppendVarint(WireFormatLite::MakeTag(TimelineChange::kCauseEventIdsOmittedFieldNumber,
                                         WireFormatLite::WIRETYPE_VARINT),
                 &bytes);
    AppendVarint(change.causes_omitted, &bytes);
  }
  return bytes;
}

}  // namespace chipline::query
