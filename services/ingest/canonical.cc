#include "services/ingest/canonical.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "google/protobuf/io/coded_stream.h"

#include "services/values/sha256.h"
#include "storage/stable_bytes.h"
#include "storage/wire.h"

namespace chipline::ingest {
namespace {

constexpr size_t kContentIdDigits = 32;
// The bytes behind event_id's tag, its length and itself.
std::string_view WithoutId(const std::string& id, std::string_view bytes) {
  if (id.empty()) return bytes;
  const size_t length =
      google::protobuf::io::CodedOutputStream::VarintSize32(static_cast<uint32_t>(id.size()));
  return bytes.substr(1 + length + id.size());
}

}  // namespace

std::string ContentId(std::string_view bytes_without_id) {
  std::string id(kContentIdPrefix);
  id.append(Sha256Hex(bytes_without_id), 0, kContentIdDigits);
  return id;
}

std::string Canonicalize(v1::Event& event) {
  if (!event.event_id().empty()) return StableBytes(event);
  const std::string without_id = StableBytes(event);
  std::string id = ContentId(without_id);
  std::string bytes;
  bytes.reserve(2 + id.size() + without_id.size());
  // In front of all other fields, since its number is 1.
  AppendBytes(v1::Event::kEventIdFieldNumber, id, bytes);
  bytes.append(without_id);
  event.set_event_id(std::move(id));
  return bytes;
}

bool MayHaveId(const v1::Event& event, std::string_view bytes) {
  const std::string& id = event.event_id();
  return id.compare(0, kContentIdPrefix.size(), kContentIdPrefix) != 0 ||
         id == ContentId(WithoutId(id, bytes));
}

}  // namespace chipline::ingest
