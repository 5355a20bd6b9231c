#ifndef CHIPLINE_STORAGE_KEY_H_
#define CHIPLINE_STORAGE_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "rocksdb/slice.h"

namespace chipline::storage {

// Numbers in keys are big-endian, so that byte order is number order.
inline std::string BigEndian(uint64_t value) {
  std::string key(sizeof value, '\0');
  for (size_t i = 0; i < sizeof value; ++i) {
    key[sizeof value - 1 - i] = static_cast<char>((value >> (8 * i)) & 0xff);
  }
  return key;
}

// The number in the first eight bytes. The caller has checked that they exist.
inline uint64_t FromBigEndian(std::string_view key) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | static_cast<unsigned char>(key[i]);
  return value;
}

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view ToView(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_KEY_H_
