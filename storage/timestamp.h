#ifndef CHIPLINE_STORAGE_TIMESTAMP_H_
#define CHIPLINE_STORAGE_TIMESTAMP_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

// Times as this room's messages hold them, to the nanosecond.
namespace chipline::storage {

inline void SetTimestamp(absl::Time time, google::protobuf::Timestamp& to) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  to.set_seconds(seconds);
  to.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

inline absl::Time FromTimestamp(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_TIMESTAMP_H_
