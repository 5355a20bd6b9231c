#include "services/values/edtf.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

#include "fmt/format.h"
#include "storage/status_macros.h"

namespace chipline {
namespace {

constexpr std::string_view kPointsAllowed =
    "year 2024, month 2024-08, day 2024-08-15, quarter 2024-33 to 2024-36, half 2024-40 or 2024-41";
constexpr int kLastYear = 9998;

// The first and the last day of a point.
struct Point {
  CivilDay first;
  CivilDay last;
};

std::string Shown(std::string_view text) {
  const std::string_view head = text.substr(0, 64);
  return absl::CHexEscape(absl::string_view(head.data(), head.size()));
}

absl::Status Refuse(std::string_view text, std::string_view why, std::string_view allowed) {
  return absl::InvalidArgumentError(
      fmt::format("\"{}\": {}; allowed: {}", Shown(text), why, allowed));
}

// The number that `count` digits at `from` make; nullopt unless all of them are there.
std::optional<int> Digits(std::string_view text, size_t from, size_t count) {
  if (text.size() < from + count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// From the first day of a month to the day before the first of another, which is `months` later.
Point Months(int year, int month, int months) {
  const int after = month - 1 + months;
  const auto first = CivilDay::FromYmd(year, month, 1);
  const auto next = CivilDay::FromYmd(year + after / 12, after % 12 + 1, 1);
  return {*first, next->AddDays(-1)};
}

absl::StatusOr<Point> ParsePoint(std::string_view text) {
  const auto refuse = [text](std::string_view why) { return Refuse(text, why, kPointsAllowed); };
  if (text.empty()) return refuse("there is no date here");
  const auto year = Digits(text, 0, 4);
  if (!year) return refuse("does not start with a year of four digits");
  if (*year < 1 || *year > kLastYear) return refuse("the year is not 0001 to 9998");
  if (text.size() == 4) return Months(*year, 1, 12);
  if (text[4] != '-') return refuse("something other than - follows the year");

  const auto part = Digits(text, 5, 2);
  if (!part) return refuse("no two digits follow the year");
  if (text.size() == 7) {
    if (*part >= 1 && *part <= 12) return Months(*year, *part, 1);
    if (*part >= 33 && *part <= 36) return Months(*year, (*part - 33) * 3 + 1, 3);
    if (*part == 40 || *part == 41) return Months(*year, (*part - 40) * 6 + 1, 6);
    return refuse(fmt::format("{:02} is no month, quarter or half", *part));
  }
  if (text[7] != '-') return refuse("something other than - follows the month");

  const auto day = Digits(text, 8, 2);
  if (!day) return refuse("no two digits follow the month");
  if (text.size() != 10) return refuse("something follows the day");
  const auto civil = CivilDay::FromYmd(*year, *part, *day);
  if (!civil) return refuse("there is no such day");
  return Point{*civil, *civil};
}

// A point with its qualifier, which bears on no bound, taken off.
absl::StatusOr<Point> ParseSide(std::string_view text) {
  std::string_view point = text;
  if (!point.empty() && std::string_view("?~%").find(point.back()) != std::string_view::npos) {
    point.remove_suffix(1);
  }
  auto parsed = ParsePoint(point);
  if (!parsed.ok() && point.size() != text.size()) {
    return absl::InvalidArgumentError(fmt::format(
        "{}, each with at most one of ? ~ % at its end",
        std::string_view(parsed.status().message().data(), parsed.status().message().size())));
  }
  return parsed;
}

absl::Status CheckForward(std::string_view edtf, const Point& from, const Point& to) {
  if (from.first <= to.first && from.last <= to.last) return absl::OkStatus();
  return Refuse(edtf, "the interval does not run forward",
                "A/B where B neither starts nor ends before A");
}

}  // namespace

absl::StatusOr<DayBounds> ParseDate(std::string_view edtf) {
  const size_t slash = edtf.find('/');
  if (slash == std::string_view::npos) {
    ASSIGN_OR_RETURN(const Point point, ParseSide(edtf));
    return DayBounds{point.first, point.last};
  }
  const std::string_view from = edtf.substr(0, slash);
  const std::string_view to = edtf.substr(slash + 1);
  if ((from == ".." && to == "..") || from.empty() || to.empty()) {
    return Refuse(edtf, "an interval needs a date on one side and a date or .. on the other",
                  "A/B, ../B, A/..");
  }
  if (from == "..") {
    ASSIGN_OR_RETURN(const Point point, ParseSide(to));
    return DayBounds{std::nullopt, point.last};
  }
  ASSIGN_OR_RETURN(const Point first, ParseSide(from));
  if (to == "..") return DayBounds{first.first, std::nullopt};
  ASSIGN_OR_RETURN(const Point last, ParseSide(to));
  RETURN_IF_ERROR(CheckForward(edtf, first, last));
  return DayBounds{first.first, last.last};
}

absl::StatusOr<DayRange> ParsePeriod(std::string_view edtf) {
  if (edtf.find("..") != std::string_view::npos ||
      edtf.find_first_of("?~%") != std::string_view::npos) {
    return Refuse(edtf, "a period has no open end and no qualifier",
                  fmt::format("{}, or an interval A/B of these", kPointsAllowed));
  }
  const size_t slash = edtf.find('/');
  ASSIGN_OR_RETURN(const Point first, ParsePoint(edtf.substr(0, slash)));
  Point last = first;
  if (slash != std::string_view::npos) {
    ASSIGN_OR_RETURN(last, ParsePoint(edtf.substr(slash + 1)));
    RETURN_IF_ERROR(CheckForward(edtf, first, last));
  }
  return DayRange{first.first, last.last.AddDays(1)};
}

std::optional<std::string> YearBefore(std::string_view period_edtf) {
  if (!ParsePoint(period_edtf).ok()) return std::nullopt;
  std::string before =
      fmt::format("{:04}{}", *Digits(period_edtf, 0, 4) - 1, period_edtf.substr(4));
  if (!ParsePoint(before).ok()) return std::nullopt;
  return before;
}

}  // namespace chipline
