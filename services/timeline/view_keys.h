#ifndef CHIPLINE_SERVICES_TIMELINE_VIEW_KEYS_H_
#define CHIPLINE_SERVICES_TIMELINE_VIEW_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/position.h"

namespace chipline::timeline {

// Keys of the views' families. Two shapes:
//   name \0 position   all of one name, in order of position. Names may hold any byte: the position
//                      has eight, so a key of another length is of another name.
//   name + second      behind the name's length in two bytes, so that no name runs into a second.

std::string NamePrefix(std::string_view name);
std::string PositionKey(std::string_view name, storage::Position position);
// The position in a key that begins with NamePrefix(name); nullopt if the key is of another name.
std::optional<storage::Position> PositionIn(std::string_view key, size_t prefix_bytes);

// Names are cut at 65,535 bytes. No facet or dependency is nearly as long.
std::string PairPrefix(std::string_view name);
std::string PairKey(std::string_view name, std::string_view second);

// Why an event belongs to another one.
enum class Beside : char { kLink = 'l', kReference = 'r' };

// Keys of the events that link or refer to the event `target`, in order of position. If there are
// any, the prefix itself is a key, too.
std::string CarrierPrefix(std::string_view target, Beside why);
std::string CarrierKey(std::string_view carrier_prefix, storage::Position carrier);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_KEYS_H_
