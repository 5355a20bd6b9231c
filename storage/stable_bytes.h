#ifndef CHIPLINE_STORAGE_STABLE_BYTES_H_
#define CHIPLINE_STORAGE_STABLE_BYTES_H_

#include <string>

#include "google/protobuf/message_lite.h"

namespace chipline {

// The bytes of a message, with the entries of each map in the order of their keys, so that equal
// messages have equal bytes within a build. Protobuf's own order varies between runs. Pure.
std::string StableBytes(const google::protobuf::MessageLite& message);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_STABLE_BYTES_H_
