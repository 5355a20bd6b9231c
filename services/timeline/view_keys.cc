#include "services/timeline/view_keys.h"

#include <algorithm>

#include "storage/key.h"

namespace chipline::timeline {

using storage::BigEndian;
using storage::FromBigEndian;
using storage::Position;

std::string NamePrefix(std::string_view name) {
  std::string prefix(name);
  prefix += '\0';
  return prefix;
}

std::string PositionKey(std::string_view name, Position position) {
  return NamePrefix(name) + BigEndian(position);
}

std::optional<Position> PositionIn(std::string_view key, size_t prefix_bytes) {
  if (key.size() != prefix_bytes + sizeof(Position)) return std::nullopt;
  return FromBigEndian(key.substr(prefix_bytes));
}

std::string PairPrefix(std::string_view name) {
  const std::string_view kept = name.substr(0, std::min<size_t>(name.size(), 0xffff));
  std::string prefix;
  prefix.reserve(kept.size() + 2);
  prefix += static_cast<char>(kept.size() >> 8);
  prefix += static_cast<char>(kept.size() & 0xff);
  prefix += kept;
  return prefix;
}

std::string PairKey(std::string_view name, std::string_view second) {
  std::string key = PairPrefix(name);
  key += second;
  return key;
}

std::string CarrierPrefix(std::string_view target, Beside why) {
  std::string prefix = NamePrefix(target);
  prefix += static_cast<char>(why);
  return prefix;
}

std::string CarrierKey(std::string_view carrier_prefix, Position carrier) {
  return std::string(carrier_prefix) + BigEndian(carrier);
}

}  // namespace chipline::timeline
