#include "storage/block.h"

#include <xxhash.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "storage/check.h"
#include "storage/error.h"
#include "storage/record.h"
#include "storage/wire.h"

namespace chipline::storage {
namespace {

constexpr char kVersion = 1;
constexpr size_t kHeaderBytes = 1 + sizeof(uint64_t);

// The key is the seed, so a block that is stored under another key is refused.
uint64_t Checksum(Position first, std::string_view body) {
  return XXH3_64bits_withSeed(body.data(), body.size(), first);
}

void StoreLittleEndian(uint64_t value, char* out) {
  for (size_t i = 0; i < sizeof value; ++i) out[i] = static_cast<char>((value >> (8 * i)) & 0xff);
}

uint64_t LoadLittleEndian(const char* in) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof value; ++i) {
    value |= uint64_t{static_cast<unsigned char>(in[i])} << (8 * i);
  }
  return value;
}

absl::Status Damaged(Position first, std::string_view what) {
  return Error(absl::StatusCode::kDataLoss, "BLOCK_DAMAGED",
               "the stored block at position " + std::to_string(first) + " " + std::string(what) +
                   "; restore the log from a backup",
               {{"position", std::to_string(first)}});
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Block>> Block::Decode(Position first, std::string stored) {
  if (stored.size() <= kHeaderBytes) return Damaged(first, "is too short");
  if (stored[0] != kVersion) return Damaged(first, "is of an unknown version");
  const std::string_view body = std::string_view(stored).substr(kHeaderBytes);
  if (LoadLittleEndian(stored.data() + 1) != Checksum(first, body)) {
    return Damaged(first, "does not match its checksum");
  }
  std::vector<uint32_t> offsets = {static_cast<uint32_t>(kHeaderBytes)};
  RecordWalk walk(body);
  for (std::string_view record; walk.Next(record);) {
    offsets.push_back(static_cast<uint32_t>(kHeaderBytes + walk.passed()));
  }
  if (walk.damaged()) return Damaged(first, "is not a sequence of events");
  return std::shared_ptr<const Block>(new Block(first, std::move(stored), std::move(offsets)));
}

std::string_view Block::body() const { return std::string_view(stored_).substr(kHeaderBytes); }

std::string_view Block::Fields(Position from, Position to) const {
  CHECK(from >= first_ && from <= to && to <= last());
  const uint32_t begin = offsets_[from - first_];
  return std::string_view(stored_).substr(begin, offsets_[to - first_ + 1] - begin);
}

std::string_view Block::Record(Position position) const {
  std::string_view record;
  CHECK(RecordWalk(Fields(position, position)).Next(record));
  return record;
}

BlockBuilder::BlockBuilder(Position first) : first_(first), stored_(kHeaderBytes, '\0') {}

void BlockBuilder::Add(std::string_view record) {
  CHECK(stored_.size() + record.size() < std::numeric_limits<uint32_t>::max());
  offsets_.push_back(static_cast<uint32_t>(stored_.size()));
  AppendBytes(kEventsField, record, stored_);
}

std::shared_ptr<const Block> BlockBuilder::Finish() && {
  CHECK(!offsets_.empty());
  offsets_.push_back(static_cast<uint32_t>(stored_.size()));
  stored_[0] = kVersion;
  const std::string_view body = std::string_view(stored_).substr(kHeaderBytes);
  StoreLittleEndian(Checksum(first_, body), stored_.data() + 1);
  return std::shared_ptr<const Block>(new Block(first_, std::move(stored_), std::move(offsets_)));
}

}  // namespace chipline::storage
