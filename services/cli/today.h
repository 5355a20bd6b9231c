#ifndef CHIPLINE_SERVICES_CLI_TODAY_H_
#define CHIPLINE_SERVICES_CLI_TODAY_H_

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace chipline::cli {

// YYYY-MM-DD, in UTC, as all days of the contract are.
inline std::string Today() {
  return absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()));
}

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TODAY_H_
