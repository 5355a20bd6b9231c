// What is read back from disk: records, blocks and keys of the views.
#include <string>
#include <vector>

#include "services/timeline/view_keys.h"
#include "storage/block.h"
#include "storage/record.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

using storage::Block;
using storage::BlockBuilder;

void CheckRecord(std::string_view bytes) {
  const auto record = storage::ParseRecord(bytes);
  if (!record.ok()) return;
  const std::string framed = storage::FrameRecord(record->header, record->event);
  const auto again = storage::ParseRecord(framed);
  MUST(again.ok());
  MUST(again->event == record->event);
  MUST(again->header.position == record->header.position);
  MUST(again->header.subject == record->header.subject);
  MUST(again->header.entities == record->header.entities);
  const auto id = storage::EventIdOf(record->event);
  if (id.ok()) MUST(id->size() <= record->event.size());
}

void CheckSlice(std::string_view bytes) {
  size_t seen = 0;
  const absl::Status status = storage::ForEachRecord(bytes, [&](std::string_view record) {
    seen += record.size();
    return absl::OkStatus();
  });
  if (status.ok()) MUST(seen <= bytes.size());
}

// Whatever was put in comes out; one byte changed is found.
void CheckBlock(std::string_view bytes) {
  const auto decoded = Block::Decode(1, std::string(bytes));
  if (decoded.ok()) MUST((*decoded)->count() > 0);
  Input input(bytes);
  const size_t damage = input.Byte() * size_t{256} + input.Byte();
  std::vector<std::string_view> records;
  BlockBuilder builder(7);
  while (!input.empty() && records.size() < 64) {
    records.push_back(input.Take(1 + input.Byte()));
    builder.Add(records.back());
  }
  if (records.empty()) return;
  const auto block = std::move(builder).Finish();
  MUST(block->first() == 7 && block->count() == records.size());
  auto same = Block::Decode(7, block->stored());
  MUST(same.ok());
  for (size_t i = 0; i < records.size(); ++i) MUST((*same)->Record(7 + i) == records[i]);
  std::string damaged = block->stored();
  const size_t at = damage % damaged.size();
  damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
  MUST(!Block::Decode(7, damaged).ok());
}

void CheckKeys(std::string_view bytes) {
  Input input(bytes);
  const std::string_view name = input.Take(input.Byte());
  const storage::Position position = input.Byte() * uint64_t{0x0101010101010101};
  const std::string key = timeline::PositionKey(name, position);
  const std::string prefix = timeline::NamePrefix(name);
  MUST(key.substr(0, prefix.size()) == prefix);
  MUST(timeline::PositionIn(key, prefix.size()) == position);
  (void)timeline::PositionIn(bytes, 0);
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text = chipline::fuzz::Text(bytes, size);
  chipline::fuzz::CheckRecord(text);
  chipline::fuzz::CheckSlice(text);
  chipline::fuzz::CheckBlock(text);
  chipline::fuzz::CheckKeys(text);
  return 0;
}
