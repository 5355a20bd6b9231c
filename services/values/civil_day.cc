#include "services/values/civil_day.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

#include "fmt/format.h"

namespace chipline {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kFirstDay = -719'162;  // 0001-01-01
constexpr int64_t kLastDay = 2'932'896;  // 9999-12-31

constexpr int kMarchOfYearZero = -719'468;  // 0000-03-01

bool IsLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysIn(int year, int month) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[static_cast<size_t>(month) - 1];
}

// Writes the number's digits over those that are there, the last one to `last`.
void PutDigits(int number, char* last) {
  for (; number > 0; number /= 10) *last-- = static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<CivilDay> CivilDay::FromYmd(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  if (day > DaysIn(year, month)) return std::nullopt;
  // Years that begin in March have their leap day at the end, and their months before then, in
  // groups of five with 153 days, begin at whole parts of 153/5 days.
  const int shifted = month > 2 ? year : year - 1;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int leap_days = shifted / 4 - shifted / 100 + shifted / 400;
  return CivilDay(kMarchOfYearZero + 365 * shifted + leap_days + day_of_year);
}

absl::StatusOr<CivilDay> CivilDay::Parse(std::string_view text) {
  bool shaped = text.size() == 10;
  for (size_t i = 0; shaped && i < text.size(); ++i) {
    shaped = i == 4 || i == 7 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
  }
  if (shaped) {
    const auto number = [text](size_t from, size_t count) {
      int value = 0;
      for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
      return value;
    };
    if (const auto day = FromYmd(number(0, 4), number(5, 2), number(8, 2))) return *day;
  }
  const std::string_view shown = text.substr(0, 64);
  return absl::InvalidArgumentError(
      fmt::format("is \"{}\"; allowed is a day that exists, as YYYY-MM-DD",
                  absl::CHexEscape(absl::string_view(shown.data(), shown.size()))));
}

CivilDay CivilDay::FromTimestamp(const google::protobuf::Timestamp& instant) {
  // Towards the past, so that the evening before 1970 is the day before it.
  int64_t days = instant.seconds() / kSecondsPerDay;
  if (instant.seconds() % kSecondsPerDay < 0) --days;
  return CivilDay(static_cast<int32_t>(std::clamp(days, kFirstDay, kLastDay)));
}

std::string CivilDay::Format() const {
  const absl::CivilDay civil = absl::CivilDay(1970, 1, 1) + days_;
  if (civil.year() < 0 || civil.year() > 9999) {
    return fmt::format("{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day());
  }
  // Every event has several days, so this is done by hand, in a tenth of the time.
  std::string text = "0000-00-00";
  PutDigits(static_cast<int>(civil.year()), &text[3]);
  PutDigits(civil.month(), &text[6]);
  PutDigits(civil.day(), &text[9]);
  return text;
}

google::protobuf::Timestamp CivilDay::Start() const {
  google::protobuf::Timestamp instant;
  instant.set_seconds(int64_t{days_} * kSecondsPerDay);
  return instant;
}

}  // namespace chipline
