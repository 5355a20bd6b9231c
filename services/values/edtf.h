#ifndef CHIPLINE_SERVICES_VALUES_EDTF_H_
#define CHIPLINE_SERVICES_VALUES_EDTF_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/values/civil_day.h"

namespace chipline {

// The part of the Extended Date/Time Format (ISO 8601-2, loc.gov/standards/datetime) that Chipline
// reads:
//
//   point      YYYY | YYYY-MM | YYYY-MM-DD
//   point      YYYY-33 … YYYY-36 (quarters) | YYYY-40, YYYY-41 (halves)
//   side       point, optionally followed by one of ? (uncertain) ~ (approximate) % (both)
//   date       side | side/side | ../side | side/..
//   period     point | point/point
//
// Years run from 0001 to 9998, so that the day after any of these can be written too. An interval
// runs forward: neither its first nor its last day moves back from one side to the other. All else
// (times, seasons, unspecified digits, sets, half a date such as "2026-") is INVALID_ARGUMENT with
// a message that says what was there and what is allowed. A qualifier changes no bound: "about"
// says nothing of how far off a day may be.

// The days between which an uncertain day lies, both included. An absent end is open; at most one
// is.
struct DayBounds {
  std::optional<CivilDay> earliest;
  std::optional<CivilDay> latest;

  friend bool operator==(const DayBounds&, const DayBounds&) = default;
};

// Days from start up to but not including end; never empty.
struct DayRange {
  CivilDay start;
  CivilDay end;

  friend bool operator==(const DayRange&, const DayRange&) = default;
};

absl::StatusOr<DayBounds> ParseDate(std::string_view edtf);

absl::StatusOr<DayRange> ParsePeriod(std::string_view edtf);

// The same point a year earlier: 2024 gives 2023, 2024-40 gives 2023-40, 2024-08 gives 2023-08.
// nullopt for an interval, for 29 February, for the year 0001 and for what is no period.
std::optional<std::string> YearBefore(std::string_view period_edtf);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_EDTF_H_
