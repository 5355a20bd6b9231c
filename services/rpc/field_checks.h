#ifndef CHIPLINE_SERVICES_RPC_FIELD_CHECKS_H_
#define CHIPLINE_SERVICES_RPC_FIELD_CHECKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

#include "storage/violations.h"

// What read requests have in common. A check adds what is wrong to Violations, so that a client
// hears of everything at once. Pure functions.
namespace chipline {

// INVALID_ARGUMENT, naming the place, if the message or one inside it has fields that this server
// does not know: to leave out a condition that the client set would answer another question.
absl::Status CheckKnownFields(const google::protobuf::Message& message);

// How many entries a page may have: 0 means 100, more than 1,000 means 1,000, less than 0 is wrong.
size_t ReadPageSize(int32_t page_size, Violations& bad);

// None, and a violation, if it is outside the years 1 to 9999 or its nanos are outside 0 to
// 999,999,999.
std::optional<absl::Time> ReadTimestamp(const google::protobuf::Timestamp& value,
                                        std::string_view field, Violations& bad);
// The same for a duration of at most 10,000 years either way.
std::optional<absl::Duration> ReadDuration(const google::protobuf::Duration& value,
                                           std::string_view field, Violations& bad);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_FIELD_CHECKS_H_
