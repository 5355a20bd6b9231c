#include "storage/torn_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "storage/error.h"
#include "storage/file.h"
#include "storage/status_macros.h"
#include <boost/crc.hpp>

namespace chipline::storage {
namespace {

constexpr uint64_t kBlock = 32 * 1024;
constexpr uint64_t kHeader = 7;
// The header of a record, which is a WriteBatch: a sequence number and the number of changes.
constexpr uint64_t kBatchHeader = 12;

// The types of fragments: a complete record, or its first, a middle or its last part.
enum : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// As RocksDB stores a checksum (util/crc32c.h, Mask).
uint32_t Masked(uint32_t crc) {
  constexpr uint32_t kDelta = 0xa282ead8;
  return ((crc >> 15) | (crc << 17)) + kDelta;
}

uint32_t Crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return static_cast<uint32_t>(crc.checksum());
}

struct Fragment {
  uint8_t type = 0;
  std::string_view payload;
  uint64_t end = 0;
};

// Reads records from the bytes of a file.
class Records {
 public:
  Records(std::string_view bytes, bool checksums) : bytes_(bytes), checksums_(checksums) {}

  // The fragment that begins at `at`; none if it is not valid.
  std::optional<Fragment> FragmentAt(uint64_t at) const {
    const uint64_t block_end = std::min<uint64_t>(bytes_.size(), (at / kBlock + 1) * kBlock);
    if (at + kHeader > block_end) return std::nullopt;
    const uint64_t length = LittleEndian(bytes_.substr(at + 4, 2));
    const auto type = static_cast<uint8_t>(bytes_[at + 6]);
    if (type < kFull || type > kLast || at + kHeader + length > block_end) return std::nullopt;
    if (checksums_ &&
        LittleEndian(bytes_.substr(at, 4)) != Masked(Crc32c(bytes_.substr(at + 6, 1 + length)))) {
      return std::nullopt;
    }
    return Fragment{type, bytes_.substr(at + kHeader, length), at + kHeader + length};
  }

  // Where the fragment after one that ends at `end` begins: the rest of a block is not used if it
  // is too short for a header.
  static uint64_t NextStart(uint64_t end) {
    const uint64_t left = kBlock - end % kBlock;
    return left < kHeader ? end + left : end;
  }

  // The end of the record that begins at `at`; none if it is not complete. `first`: its first
  // fragment.
  std::optional<uint64_t> RecordEnd(uint64_t at, Fragment* first) const {
    std::optional<Fragment> fragment = FragmentAt(at);
    if (!fragment.has_value()) return std::nullopt;
    *first = *fragment;
    if (fragment->type == kFull) return fragment->end;
    if (fragment->type != kFirst) return std::nullopt;
    while (true) {
      fragment = FragmentAt(NextStart(fragment->end));
      if (!fragment.has_value()) return std::nullopt;
      if (fragment->type == kLast) return fragment->end;
      if (fragment->type != kMiddle) return std::nullopt;
    }
  }

  uint64_t size() const { return bytes_.size(); }

 private:
  const std::string_view bytes_;
  const bool checksums_;
};

// The sequence number after the last change of a record; 0 if it is not a WriteBatch.
uint64_t NextSequence(const Fragment& first) {
  if (first.payload.size() < kBatchHeader) return 0;
  return LittleEndian(first.payload.substr(0, 8)) + LittleEndian(first.payload.substr(8, 4));
}

// Whether a record with a number from `sequence` on begins anywhere from `from` on.
bool AnyWholeFrom(const Records& records, uint64_t from, uint64_t sequence) {
  for (uint64_t at = from; at + kHeader < records.size(); ++at) {
    Fragment first;
    if (records.RecordEnd(at, &first).has_value() && NextSequence(first) > sequence) return true;
  }
  return false;
}

absl::Status Failed(std::string_view doing, const std::filesystem::path& path) {
  return Error(absl::StatusCode::kUnavailable, "STORAGE_FAILED",
               std::string(doing) + " " + path.string() + ": " + std::strerror(errno));
}

// The newest write-ahead log: "000123.log" with the highest number.
absl::StatusOr<std::optional<std::filesystem::path>> NewestWal(
    const std::filesystem::path& folder) {
  constexpr std::string_view kSuffix = ".log";
  ASSIGN_OR_RETURN(const auto names, ListFolder(folder));
  uint64_t highest = 0;
  std::optional<std::filesystem::path> newest;
  for (const std::string& name : names) {
    const size_t digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string::npos || name.substr(digits) != kSuffix) continue;
    const uint64_t number = std::strtoull(name.c_str(), nullptr, 10);
    if (newest.has_value() && number < highest) continue;
    highest = number;
    newest = folder / name;
  }
  return newest;
}

}  // namespace

absl::StatusOr<std::optional<WalTail>> ReadWalTail(const std::filesystem::path& folder,
                                                   bool checksums) {
  ASSIGN_OR_RETURN(const auto file, NewestWal(folder));
  if (!file.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const auto bytes, ReadFile(*file));
  if (!bytes.has_value()) return std::nullopt;
  const Records records(*bytes, checksums);
  WalTail tail;
  tail.file = *file;
  tail.size = bytes->size();
  uint64_t sequence = 0;
  while (true) {
    Fragment first;
    const auto end = records.RecordEnd(Records::NextStart(tail.whole_end), &first);
    if (!end.has_value()) break;
    tail.whole_end = *end;
    sequence = NextSequence(first);
  }
  // The rest of the last block, too short for a header.
  if (Records::NextStart(tail.whole_end) >= tail.size) tail.whole_end = tail.size;
  tail.whole_after =
      checksums && tail.torn_bytes() > 0 && AnyWholeFrom(records, tail.whole_end + 1, sequence);
  return tail;
}

absl::Status CutWal(const WalTail& tail) {
  const int file = ::open(tail.file.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return Failed("cannot open", tail.file);
  absl::Status status;
  if (::ftruncate(file, static_cast<off_t>(tail.whole_end)) != 0 || ::fsync(file) != 0) {
    status = Failed("cannot cut", tail.file);
  }
  ::close(file);
  return status;
}

}  // namespace chipline::storage
