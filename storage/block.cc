#include "storage/block.h"

#include <xxhash.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "storage/check.h"
#include "storage/error.h"

namespace chipline::storage {
namespace {

constexpr char kVersion = 1;
constexpr size_t kHeaderBytes = 1 + sizeof(uint64_t);
// The tag of the field `RecordedEvent events = 1`, length-delimited.
constexpr char kEventsTag = 0x0A;

// Seeded with the key, so that a block under another's key does not pass.
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

// Reads a varint at `at`; returns false at the end of the bytes.
bool ReadVarint(std::string_view bytes, size_t& at, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    value |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80u) == 0) return true;
  }
  return false;
}

void AppendVarint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Block>> Block::Decode(Position first, std::string stored) {
  if (stored.size() <= kHeaderBytes) return Damaged(first, "is too short");
  if (stored[0] != kVersion) return Damaged(first, "is of an unknown version");
  const std::string_view body = std::string_view(stored).substr(kHeaderBytes);
  if (LoadLittleEndian(stored.data() + 1) != Checksum(first, body)) {
    return Damaged(first, "does not match its checksum");
  }
  std::vector<uint32_t> offsets;
  size_t at = kHeaderBytes;
  while (at < stored.size()) {
    offsets.push_back(static_cast<uint32_t>(at));
    uint64_t length = 0;
    if (stored[at++] != kEventsTag || !ReadVarint(stored, at, length) ||
        length > stored.size() - at) {
      return Damaged(first, "is not a sequence of events");
    }
    at += length;
  }
  offsets.push_back(static_cast<uint32_t>(at));
  return std::shared_ptr<const Block>(new Block(first, std::move(stored), std::move(offsets)));
}

std::string_view Block::body() const { return std::string_view(stored_).substr(kHeaderBytes); }

std::string_view Block::Fields(Position from, Position to) const {
  CHECK(from >= first_ && from <= to && to <= last());
  const uint32_t begin = offsets_[from - first_];
  return std::string_view(stored_).substr(begin, offsets_[to - first_ + 1] - begin);
}

std::string_view Block::Record(Position position) const {
  const std::string_view field = Fields(position, position);
  size_t at = 1;
  uint64_t length = 0;
  CHECK(ReadVarint(field, at, length));
  return field.substr(at);
}

BlockBuilder::BlockBuilder(Position first) : first_(first), stored_(kHeaderBytes, '\0') {}

void BlockBuilder::Add(std::string_view record) {
  CHECK(stored_.size() + record.size() < std::numeric_limits<uint32_t>::max());
  offsets_.push_back(static_cast<uint32_t>(stored_.size()));
  stored_.push_back(kEventsTag);
  AppendVarint(record.size(), stored_);
  stored_.append(record);
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
