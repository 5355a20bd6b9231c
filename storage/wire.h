#ifndef CHIPLINE_STORAGE_WIRE_H_
#define CHIPLINE_STORAGE_WIRE_H_

#include <google/protobuf/io/coded_stream.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Protobuf's wire format, for messages that are put together around bytes that exist already, or
// read without a message object. By hand, since the library has no public functions for it.
namespace chipline {

enum class WireType : uint32_t { kNumber = 0, kBytes = 2 };

constexpr uint32_t WireTag(int field, WireType type) {
  return (static_cast<uint32_t>(field) << 3) | static_cast<uint32_t>(type);
}

inline void AppendVarint(uint64_t value, std::string& out) {
  uint8_t buffer[10];
  const uint8_t* end = google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(value, buffer);
  out.append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
}

// A field of an integer, enum or bool type; 0 is left out, as proto3 does.
inline void AppendNumber(int field, uint64_t value, std::string& out) {
  if (value == 0) return;
  AppendVarint(WireTag(field, WireType::kNumber), out);
  AppendVarint(value, out);
}

// The tag and length of a string, bytes or message field, whose `size` bytes must follow.
inline void OpenBytes(int field, size_t size, std::string& out) {
  AppendVarint(WireTag(field, WireType::kBytes), out);
  AppendVarint(size, out);
}

// A whole string, bytes or message field, also if it is empty.
inline void AppendBytes(int field, std::string_view value, std::string& out) {
  OpenBytes(field, value.size(), out);
  out.append(value);
}

// Reads the varint at `at` and moves `at` behind it. False if the bytes end within it.
inline bool ReadVarint(std::string_view bytes, size_t& at, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    value |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80u) == 0) return true;
  }
  return false;
}

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_WIRE_H_
