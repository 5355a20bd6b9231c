#ifndef CHIPLINE_SERVICES_VALUES_CIVIL_DAY_H_
#define CHIPLINE_SERVICES_VALUES_CIVIL_DAY_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

namespace chipline {

// A day of the proleptic Gregorian calendar, from 00:00 UTC to the next 00:00 UTC, kept as a number
// of days since 1970-01-01. A small value type, free to copy. An open end is
// std::optional<CivilDay> without a value.
//
// Text and Timestamps cover 0001-01-01 to 9999-12-31; arithmetic stays within an int32 of days.
class CivilDay {
 public:
  // 1970-01-01.
  constexpr CivilDay() = default;

  // That many days after 1970-01-01 (before it, if negative).
  static constexpr CivilDay FromDays(int32_t days) { return CivilDay(days); }

  // nullopt if there is no such day, or the year is not 1 to 9999.
  static std::optional<CivilDay> FromYmd(int year, int month, int day);

  // Reads exactly YYYY-MM-DD. INVALID_ARGUMENT for anything else and for days that do not exist,
  // with words to follow the name of a field: what there was, and what is allowed.
  static absl::StatusOr<CivilDay> Parse(std::string_view text);

  // The day in UTC that the instant is in. An instant outside the range that Timestamp documents
  // gives the nearest day inside it.
  static CivilDay FromTimestamp(const google::protobuf::Timestamp& instant);

  // YYYY-MM-DD.
  std::string Format() const;

  // 00:00 UTC of the day.
  google::protobuf::Timestamp Start() const;

  constexpr int32_t days() const { return days_; }

  // The day that many days later (earlier, if negative), or the last one an int32 reaches.
  constexpr CivilDay AddDays(int32_t count) const {
    const int64_t sum = int64_t{days_} + count;
    if (sum > std::numeric_limits<int32_t>::max())
      return CivilDay(std::numeric_limits<int32_t>::max());
    if (sum < std::numeric_limits<int32_t>::min())
      return CivilDay(std::numeric_limits<int32_t>::min());
    return CivilDay(static_cast<int32_t>(sum));
  }

  friend constexpr bool operator==(CivilDay, CivilDay) = default;
  // clang-tidy 14 takes the zero that a defaulted <=> compares with for a null pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr std::strong_ordering operator<=>(CivilDay, CivilDay) = default;

  template <typename H>
  friend H AbslHashValue(H state, CivilDay day) {
    return H::combine(std::move(state), day.days_);
  }

 private:
  explicit constexpr CivilDay(int32_t days) : days_(days) {}

  int32_t days_ = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_CIVIL_DAY_H_
